//! Builds requests from documents that are JSON already.

use std::io::Write;

use huizong_schema::consolidation::Consolidation;
use huizong_schema::protocol::{LOCALE, Op, PROTOCOL, document_version};
use serde::Serialize;

use crate::limits::Limits;

/// Begins a request: writes everything before the documents.
fn begin(out: &mut Vec<u8>, op: Op, limits: &Limits) {
    out.clear();
    let _ = write!(
        out,
        r#"{{"protocol":{PROTOCOL},"op":{},"schema_version":"{}","locale":"{LOCALE}","limits":{{"answer_bytes":{},"findings_per_rule":{}}},"documents":["#,
        op.number(),
        document_version(),
        limits.answer,
        limits.findings_per_rule,
    );
}

/// Replaces `out` by a request with these documents: for each its id and the members that are read.
pub(crate) fn with_documents<'d>(
    out: &mut Vec<u8>,
    op: Op,
    limits: &Limits,
    documents: impl Iterator<Item = (&'d str, &'d [u8])>,
) {
    begin(out, op, limits);
    for (index, (id, document)) in documents.enumerate() {
        out.extend_from_slice(if index > 0 { b",{\"id\":" } else { b"{\"id\":" });
        let _ = serde_json::to_writer(&mut *out, id);
        out.extend_from_slice(b",\"document\":");
        out.extend_from_slice(document);
        out.push(b'}');
    }
    out.extend_from_slice(b"]}");
}

/// Builds the request that finishes a set.
pub(crate) fn finish<S: Serialize>(
    limits: &Limits,
    documents: impl Iterator<Item = S>,
    consolidation: &Consolidation,
) -> Vec<u8> {
    let mut out = Vec::new();
    begin(&mut out, Op::SetFinish, limits);
    for (index, document) in documents.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        let _ = serde_json::to_writer(&mut out, &document);
    }
    out.extend_from_slice(b"],\"consolidation\":");
    let _ = serde_json::to_writer(&mut out, consolidation);
    out.push(b'}');
    out
}
