//! Reports scored forms in which too many indicators have full marks.

use huizong_plugin_sdk::{Document, Finding, Findings};

pub(crate) struct Marks {
    percent: u32,
    at_least: usize,
    scored: Vec<Scored>,
}

struct Scored {
    document: String,
    full: usize,
    all: usize,
}

impl Marks {
    pub(crate) fn new(percent: u32, at_least: usize) -> Self {
        Self { percent, at_least, scored: Vec::new() }
    }

    pub(crate) fn feed(&mut self, document: &Document<'_>) {
        let Some(card) = &document.draft.scorecard else { return };
        let marks = card.indicators.iter().filter_map(|i| Some((i.weight?.decimal(), i.score?.decimal())));
        let (mut full, mut all) = (0, 0);
        for (weight, score) in marks.filter(|(weight, _)| !weight.is_zero()) {
            all += 1;
            full += usize::from(score >= weight);
        }
        if all > 0 {
            self.scored.push(Scored { document: document.id.to_owned(), full, all });
        }
    }

    pub(crate) fn finish(&self, findings: &mut Findings) {
        let full: usize = self.scored.iter().map(|scored| scored.full).sum();
        let all: usize = self.scored.iter().map(|scored| scored.all).sum();
        for scored in &self.scored {
            let is_heaped = scored.full * 100 >= scored.all * self.percent as usize;
            if scored.all < self.at_least || !is_heaped {
                continue;
            }
            let finding = Finding::new("lens/full-marks-heaped", "/scorecard/indicators")
                .about([&*scored.document])
                .with("full", scored.full)
                .with("all", scored.all)
                .with("average", percent(full, all));
            findings.report(finding);
        }
    }
}

/// A share in percent, rounded half up to two decimals.
fn percent(part: usize, whole: usize) -> String {
    let hundredths = (part * 20_000 + whole) / (whole * 2);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
