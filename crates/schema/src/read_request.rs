//! Reads a request in the plugin, one document at a time.

use std::fmt;

use serde::Deserializer;
use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::evaluation::Draft;
use crate::protocol::{Request, Sent};
use crate::publish;

impl<'a> Request<'a> {
    /// Reads a request one document at a time. Passes each document with its id to `take` as it is read, and keeps
    /// nothing of it. Members of documents that this version does not know are left out.
    ///
    /// Returns the request without its documents, except those at the end of a set, which have no members. The request
    /// borrows from `spare` if members had to be left out.
    ///
    /// # Errors
    /// Returns an error if the bytes are not UTF-8, not JSON, or not a request. `take` has then received the documents
    /// before the fault.
    pub fn read(
        bytes: &'a [u8],
        spare: &'a mut String,
        mut take: impl FnMut(&str, &Draft<'_>),
    ) -> Result<Self, serde_json::Error> {
        let text = simdutf8::basic::from_utf8(bytes).map_err(serde::de::Error::custom)?;
        let mut taken = 0;
        let mut count = |id: &str, draft: &Draft<'_>| {
            taken += 1;
            take(id, draft);
        };
        if let Ok(request) = read(text, &mut count) {
            return Ok(request);
        }
        let before = taken;
        let mut request: Value = serde_json::from_str(text)?;
        for sent in request.get_mut("documents").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(document) = sent.get_mut("document") {
                leave_out_unknown(document, publish::EVALUATION.schema());
            }
        }
        // Documents before the one with an unknown member were passed to `take` already.
        let mut seen = 0;
        *spare = request.to_string();
        read(spare, &mut |id, draft| {
            seen += 1;
            if seen > before {
                take(id, draft);
            }
        })
    }
}

type Take<'f> = dyn FnMut(&str, &Draft<'_>) + 'f;

fn read<'a>(text: &'a str, take: &mut Take<'_>) -> Result<Request<'a>, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let request = reader.deserialize_map(Reader(take))?;
    reader.end()?;
    Ok(request)
}

/// Reads a request and passes its documents to the caller.
struct Reader<'t, 'f>(&'t mut Take<'f>);

impl<'de> Visitor<'de> for Reader<'_, '_> {
    type Value = Request<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a request")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Request<'de>, A::Error> {
        let mut documents = Vec::new();
        // The other members are small, so the derived reader reads them.
        let mut rest = serde_json::Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if name == "documents" {
                map.next_value_seed(Documents { take: &mut *self.0, ended: &mut documents })?;
            } else {
                rest.insert(name, map.next_value()?);
            }
        }
        let request: Request<'_> = Request::deserialize(Value::Object(rest)).map_err(de::Error::custom)?;
        Ok(Request { documents, ..request })
    }
}

/// The documents of a request: passed to the caller, or kept in `ended` if only the id and groups were sent.
struct Documents<'t, 'f, 'e, 'de> {
    take: &'t mut Take<'f>,
    ended: &'e mut Vec<Sent<'de>>,
}

impl<'de> DeserializeSeed<'de> for Documents<'_, '_, '_, 'de> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Documents<'_, '_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("documents")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut documents: A) -> Result<(), A::Error> {
        // Not boxed: most allocators are slow for blocks as large as a document.
        while let Some(sent) = documents.next_element::<Sent<'de, Draft<'de>>>()? {
            let Sent { id, document, excluded, groups } = sent;
            match &document {
                Some(draft) => (self.take)(&id, draft),
                None => self.ended.push(Sent { id, document: None, excluded, groups }),
            }
        }
        Ok(())
    }
}

/// Removes members that a schema does not name from objects whose members it lists.
fn leave_out_unknown(value: &mut Value, schema: &Value) {
    let schema = publish::EVALUATION.resolve(schema);
    match value {
        Value::Object(members) => {
            let Some(known) = schema["properties"].as_object() else { return };
            members.retain(|name, _| known.contains_key(name));
            for (name, member) in members {
                leave_out_unknown(member, &known[name]);
            }
        }
        Value::Array(items) => {
            items.iter_mut().for_each(|item| leave_out_unknown(item, &schema["items"]));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consolidation::Consolidation;
    use serde_json::json;

    const HEAD: &str = r#""protocol":1,"op":1,"schema_version":"1.1","locale":"zh-CN","new":[1],
        "limits":{"answer_bytes":10,"findings_per_rule":5,"new":1}"#;

    fn taken<'t>(
        text: &'t str,
        spare: &'t mut String,
    ) -> (Vec<(String, Value)>, Result<Request<'t>, String>) {
        let mut taken = Vec::new();
        let take = |id: &str, draft: &Draft<'_>| {
            taken.push((id.to_owned(), serde_json::to_value(draft).unwrap()));
        };
        let request = Request::read(text.as_bytes(), spare, take).map_err(|error| error.to_string());
        (taken, request)
    }

    #[test]
    fn a_newer_tool_s_members_are_left_out_and_each_document_is_taken_once() {
        let text = format!(
            r#"{{"documents":[{{"id":"甲","document":{{"fiscal_year":2023}}}},
                {{"id":"乙","document":{{"new":{{"a":1}},"tasks":[{{"name":"一","new":2}}],
                "extensions":{{"x":{{"y":1}}}},"budget":{{"by_source":{{"other":{{"initial_budget":"1","n":"2"}}}}}}}}}},
                {{"id":"丙","document":{{}}}}],{HEAD}}}"#
        );
        let mut spare = String::new();
        let (taken, request) = taken(&text, &mut spare);
        let expected = [
            ("甲", json!({"fiscal_year": 2023})),
            (
                "乙",
                json!({
                    "tasks": [{"name": "一"}], "extensions": {"x": {"y": 1}},
                    "budget": {"by_source": {"other": {"initial_budget": "1"}}},
                }),
            ),
            ("丙", json!({})),
        ];
        assert_eq!(taken, expected.map(|(id, document)| (id.to_owned(), document)));
        assert_eq!(request.unwrap().schema_version, "1.1");
    }

    #[test]
    fn what_ends_a_set_is_kept() {
        let consolidation = Consolidation { fiscal_year: Some(2023), ..Consolidation::of_nothing() };
        let text = format!(
            r#"{{{HEAD},"documents":[{{"id":"甲","excluded":"x"}},{{"id":"乙","groups":{{"级":"一"}}}}],
                "consolidation":{}}}"#,
            json!(consolidation)
        );
        let mut spare = String::new();
        let (taken, request) = taken(&text, &mut spare);
        let request = request.unwrap();
        assert_eq!(taken, []);
        assert_eq!(request.documents[0].excluded.as_deref(), Some("x"));
        assert_eq!(request.documents[1].groups["级"], "一");
        assert_eq!(request.consolidation.as_deref(), Some(&consolidation));
    }

    #[test]
    fn what_is_no_request_is_refused() {
        let cut = format!(r#"{{{HEAD},"documents":[{{"id":"甲","document":{{}}}},{{"id":"#);
        let mut spare = String::new();
        let (seen, request) = taken(&cut, &mut spare);
        assert_eq!(seen.len(), 1);
        assert!(request.is_err());
        let behind = format!("{{{HEAD}}} x");
        for text in ["{\"protocol\":1}", "[]", "", &behind] {
            assert!(taken(text, &mut String::new()).1.is_err(), "{text}");
        }
        assert!(Request::read(b"\xff", &mut String::new(), |_, _| ()).is_err());
    }
}
