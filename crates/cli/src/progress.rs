//! How far a long run is.

use huizong_run::pipeline::Watch;
use indicatif::{ProgressBar, ProgressStyle};

/// A bar on standard error while somebody watches and the work is long.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    /// How many bytes there are to read.
    pub(crate) bytes: u64,
}

impl Progress {
    /// Watches the reading of so many bytes, with a bar if it is shown.
    pub(crate) fn new(bytes: u64, is_shown: bool) -> Self {
        let bar = is_shown.then(|| {
            let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {wide_msg}");
            let bar = ProgressBar::new(bytes);
            style.map_or(bar.clone(), |style| bar.with_style(style))
        });
        Self { bar, bytes }
    }
}

impl Watch for Progress {
    fn goes_on(&self, input: &str, bytes: usize) -> bool {
        if let Some(bar) = &self.bar {
            bar.inc(bytes as u64);
            bar.set_message(input.to_owned());
        }
        true
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
