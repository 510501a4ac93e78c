//! How far a long run is.

use huizong_run::pipeline::Watch;
use indicatif::{ProgressBar, ProgressStyle};

/// A bar on standard error while somebody watches and the work is long.
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    /// A bar for so many bytes; none without them.
    pub(crate) fn new(bytes: Option<u64>) -> Self {
        Self(bytes.map(|bytes| {
            let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {wide_msg}");
            let bar = ProgressBar::new(bytes);
            style.map_or(bar.clone(), |style| bar.with_style(style))
        }))
    }
}

impl Watch for Progress {
    fn goes_on(&self, input: &str, bytes: usize) -> bool {
        if let Some(bar) = &self.0 {
            bar.inc(bytes as u64);
            bar.set_message(input.to_owned());
        }
        true
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
