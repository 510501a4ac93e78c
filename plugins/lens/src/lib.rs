//! Checks of the whole set that suggest where a reviewer should look again. They advise; none reports an
//! error.

mod copies;
mod department;
mod marks;
mod projects;
mod targets;

use huizong_plugin_sdk::{Document, End, Findings, Plugin};
use serde::Deserialize;

use crate::copies::Copies;
use crate::marks::Marks;
use crate::projects::Projects;
use crate::targets::Targets;

/// The configuration; `manifest.json` describes its members.
#[derive(Deserialize)]
#[serde(default)]
pub struct Config {
    copied_characters: usize,
    copied_departments: usize,
    soft_target_percent: u32,
    heaped_percent: u32,
    heaped_indicators: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            copied_characters: 60,
            copied_departments: 8,
            soft_target_percent: 150,
            heaped_percent: 100,
            heaped_indicators: 5,
        }
    }
}

/// The plugin.
pub struct Lens {
    copies: Copies,
    marks: Marks,
    projects: Projects,
    targets: Targets,
}

impl Plugin for Lens {
    const MANIFEST: &'static str = include_str!("../manifest.json");
    type Config = Config;

    fn create(config: Config) -> Result<Self, String> {
        Ok(Self {
            copies: Copies::new(config.copied_characters, config.copied_departments),
            marks: Marks::new(config.heaped_percent, config.heaped_indicators),
            projects: Projects::default(),
            targets: Targets::new(config.soft_target_percent),
        })
    }

    fn check(&self, document: &Document<'_>, findings: &mut Findings) {
        self.targets.check(document.draft, findings);
    }

    fn feed(&mut self, document: &Document<'_>) {
        self.copies.feed(document);
        self.marks.feed(document);
        self.projects.feed(document);
    }

    fn finish(&mut self, _: &End<'_>, findings: &mut Findings) {
        self.copies.finish(findings);
        self.marks.finish(findings);
        self.projects.finish(findings);
    }
}

huizong_plugin_sdk::export!(Lens);

#[cfg(test)]
mod tests {
    use huizong_plugin_sdk::testing::examples;

    #[test]
    fn every_example_of_the_manifest_passes() {
        assert_eq!(examples::<super::Lens>(), Ok(8));
    }

    #[test]
    fn manifest_version_is_the_crates_version() {
        let manifest = include_str!("../manifest.json");
        assert!(manifest.contains(&format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"))));
    }
}
