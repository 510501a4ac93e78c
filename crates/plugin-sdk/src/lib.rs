//! Write Huizong plugins in Rust: implement one trait, add one macro line, and test the plugin against the examples of
//! its own manifest.
//!
//! A plugin is a `cdylib`. Its manifest, a JSON file (`schemas/v1/plugin-manifest.schema.json`), declares its name, its
//! rules and the members that it reads; [`Plugin`] implements its work. This crate checks and copies everything that
//! crosses the boundary, and stops panics there.
//!
//! This crate knows nothing of loading, workers and pins; those belong to the host.
//!
//! Read first: [`Plugin`], [`Findings`] and [`testing`].
//!
//! ```
//! use huizong_plugin_sdk::{Document, Finding, Findings, Plugin};
//!
//! pub struct Demo;
//!
//! impl Plugin for Demo {
//!     const MANIFEST: &'static str = r#"{
//!         "protocol": 1, "plugin": {"id": "demo", "version": "0.1.0"}, "ops": [1],
//!         "reads": ["/goal/expected"],
//!         "rules": [{
//!             "id": "demo/goal-missing", "severity": "warning",
//!             "title": {"zh": "没有年度目标", "en": "No goal"},
//!             "message": {"zh": "没有填写年度预期目标。", "en": "No goal is given."}
//!         }]
//!     }"#;
//!     type Config = serde_json::Map<String, serde_json::Value>;
//!
//!     fn create(_: Self::Config) -> Result<Self, String> {
//!         Ok(Self)
//!     }
//!
//!     fn check(&self, document: &Document<'_>, findings: &mut Findings) {
//!         let goal = document.draft.goal.as_ref();
//!         if goal.is_none_or(|goal| goal.expected.is_empty()) {
//!             findings.report(Finding::new("demo/goal-missing", "/goal"));
//!         }
//!     }
//! }
//!
//! huizong_plugin_sdk::export!(Demo);
//! # fn main() {
//! let mut plugin = huizong_plugin_sdk::testing::Loaded::<Demo>::new(&serde_json::json!({})).unwrap();
//! let found = plugin.check(&[("a", &serde_json::json!({"goal": {"achieved": ["x"]}}))]).unwrap().findings;
//! assert_eq!(found[0].pointer.as_str(), "/goal");
//! # }
//! ```

pub mod boundary;
mod plugin;
pub mod testing;

pub use huizong_plugin_abi as abi;
pub use huizong_schema as schema;
pub use huizong_schema::findings::Severity;
pub use huizong_schema::protocol::{Answer, Given, Measured, Reported};
pub use huizong_schema::{Draft, normalise_name};
pub use plugin::{Document, End, Ended, Finding, Findings, Plugin};
pub use {rust_decimal, serde, serde_json};
