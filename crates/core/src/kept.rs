//! A document's entry and findings as a partial keeps them, and back.

use std::collections::BTreeMap;
use std::fmt;

use huizong_schema::consolidation::Figures;
use huizong_schema::findings::{Arg, Args, Finding};
use huizong_schema::partial::{PartialArg, PartialDocument, PartialFinding, PartialUncounted};

use crate::contribution::Contribution;
use crate::entry::{DocumentDigest, Entry, Uncounted};
use crate::state::State;
use huizong_schema::figures::Figure;

/// The error of a document of a partial that this version did not write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotKept(&'static str);

impl fmt::Display for NotKept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the document has a strange {}", self.0)
    }
}

impl std::error::Error for NotKept {}

/// Keeps a document before it is decided which documents count.
pub fn keep<'f>(entry: &Entry, findings: impl IntoIterator<Item = &'f Finding>) -> PartialDocument {
    let digest = entry.digest.hash();
    let figures = entry.contribution.as_ref().map(|contribution| {
        let mut figures = Figures::default();
        for (figure, value) in Figure::all().filter_map(|figure| Some((figure, contribution.value(figure)?)))
        {
            figures.insert(figure, value);
        }
        figures
    });
    PartialDocument {
        id: entry.document.to_string(),
        name: entry.name.as_deref().map(str::to_owned),
        code: entry.code.as_deref().map(str::to_owned),
        scope: entry.scope,
        level: entry.level,
        parent: entry.parent().map(str::to_owned),
        units: entry.units().to_vec(),
        fiscal_year: entry.fiscal_year,
        digest: format!("{digest:032x}"),
        figures,
        counts: entry.contribution.as_ref().map(Contribution::counts).unwrap_or_default(),
        uncounted: entry.uncounted.as_ref().map(|uncounted| PartialUncounted {
            state: uncounted.state.as_str().into(),
            reason: uncounted.reason.clone(),
        }),
        on_template: entry.on_template,
        findings: findings.into_iter().map(keep_finding).collect(),
        plugins: BTreeMap::new(),
        contents: None,
    }
}

fn keep_finding(finding: &Finding) -> PartialFinding {
    PartialFinding {
        rule: finding.rule.clone(),
        severity: finding.severity,
        department: finding.department.clone(),
        pointer: finding.pointer.clone(),
        location: finding.location.clone(),
        related: finding.related.clone(),
        args: finding.args.iter().map(|(name, arg)| (name.to_owned().into(), keep_arg(arg))).collect(),
        message: finding.message.clone(),
        fingerprint: finding.fingerprint.clone(),
    }
}

fn keep_arg(arg: &Arg) -> PartialArg {
    match arg.clone() {
        Arg::Amount(value, unit) => PartialArg::Amount { value, unit },
        Arg::Percent(value) => PartialArg::Percent(value),
        Arg::Points(value) => PartialArg::Points(value),
        Arg::Count(count) => PartialArg::Count(count),
        Arg::Text(text) => PartialArg::Text(text),
        Arg::Document(id) => PartialArg::Document(id),
        Arg::Shown(text) => PartialArg::Shown(text),
        Arg::Position(position) => PartialArg::Position(position),
        Arg::Words(words) => PartialArg::Words(words),
    }
}

/// Restores a document's entry and its findings.
///
/// # Errors
///
/// Returns an error if the digest or the state is not one that [`keep`] writes.
pub fn restore(kept: PartialDocument) -> Result<(Entry, Vec<Finding>), NotKept> {
    let digest = u128::from_str_radix(&kept.digest, 16).map_err(|_| NotKept("digest"))?;
    let uncounted = kept.uncounted.map(|uncounted| {
        let state = State::named(&uncounted.state).ok_or(NotKept("state"))?;
        Ok(Box::new(Uncounted { state, reason: uncounted.reason }))
    });
    let counts = kept.counts;
    let contribution = kept.figures.map(|figures| Contribution::of_row(|figure| figures.get(figure), counts));
    let mut entry = Entry {
        name: kept.name.map(Into::into),
        code: kept.code.map(Into::into),
        scope: kept.scope,
        level: kept.level,
        fiscal_year: kept.fiscal_year,
        digest: DocumentDigest::members(digest),
        contribution,
        uncounted: uncounted.transpose()?,
        on_template: kept.on_template,
        ..Entry::unread(kept.id).with_ties(kept.parent, kept.units)
    };
    let findings = kept.findings.into_iter().map(|finding| restore_finding(&entry.document, finding));
    let findings: Vec<Finding> = findings.collect();
    entry.add_findings(findings.iter().map(|finding| finding.severity));
    Ok((entry, findings))
}

fn restore_finding(document: &str, kept: PartialFinding) -> Finding {
    let mut args = Args::new();
    for (name, arg) in kept.args {
        args.insert(name, restore_arg(arg));
    }
    Finding {
        rule: kept.rule,
        severity: kept.severity,
        document: Some(document.to_owned()),
        documents: Vec::new(),
        department: kept.department,
        pointer: kept.pointer,
        location: kept.location,
        related: kept.related,
        args,
        message: kept.message,
        fingerprint: kept.fingerprint,
    }
}

fn restore_arg(arg: PartialArg) -> Arg {
    match arg {
        PartialArg::Amount { value, unit } => Arg::Amount(value, unit),
        PartialArg::Percent(value) => Arg::Percent(value),
        PartialArg::Points(value) => Arg::Points(value),
        PartialArg::Count(count) => Arg::Count(count),
        PartialArg::Text(text) => Arg::Text(text),
        PartialArg::Document(id) => Arg::Document(id),
        PartialArg::Shown(text) => Arg::Shown(text),
        PartialArg::Position(position) => Arg::Position(position),
        PartialArg::Words(words) => Arg::Words(words),
    }
}
