//! Why a plugin does not take part in a run.

use huizong_schema::findings::Message;

use crate::failure::{Failure, Fallen};

/// Why a plugin does not take part in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It could not be loaded or described.
    Failed(Fallen),
    /// It works, but this version, the settings or the pins do not admit it; holds the reason.
    Unfit(Message),
}

impl<F: Into<Fallen>> From<F> for Refused {
    fn from(failure: F) -> Self {
        Self::Failed(failure.into())
    }
}

impl Refused {
    /// The message to show.
    pub fn message(&self) -> Message {
        match self {
            Self::Failed(fallen) => fallen.failure.message(),
            Self::Unfit(message) => message.clone(),
        }
    }

    /// Whether it was refused because the system cannot isolate it.
    pub fn is_not_isolated(&self) -> bool {
        matches!(self, Self::Failed(Fallen { failure: Failure::NotIsolated(_), .. }))
    }

    /// The plugin's output on standard error before it was refused, for its author.
    pub fn said(&self) -> &str {
        match self {
            Self::Failed(fallen) => &fallen.said,
            Self::Unfit(_) => "",
        }
    }
}
