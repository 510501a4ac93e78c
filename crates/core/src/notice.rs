//! Notices: messages of the program about its own work.

use huizong_schema::findings::{Args, Notice};

use crate::message::Template;

/// A kind of notice. Each crate declares those that it raises.
#[derive(Debug)]
pub struct NoticeKind {
    /// Names what happened, in kebab-case. Never reused.
    pub id: &'static str,
    /// Its messages: one without a variant, or one for each variant.
    pub messages: &'static [Template],
    /// Its page: Markdown, both languages.
    pub page: &'static str,
}

impl NoticeKind {
    /// Its title, in Chinese and in English.
    pub fn title(&self) -> (&'static str, &'static str) {
        crate::message::title_of_page(self.page)
    }

    /// Creates a notice that leaves the result complete.
    pub fn notice(&self, document: Option<&str>, args: Args) -> Notice {
        self.variant("", document, args, false)
    }

    /// Creates a notice that makes the result incomplete.
    pub fn incomplete(&self, document: Option<&str>, args: Args) -> Notice {
        self.variant("", document, args, true)
    }

    /// Creates a notice that nothing of a file could be read.
    pub fn unread(&self, document: Option<&str>, args: Args, incomplete: bool) -> Notice {
        Notice { unread: true, ..self.variant("", document, args, incomplete) }
    }

    /// Creates a notice with the message of a variant.
    ///
    /// # Panics
    /// Panics if the kind has no such variant: variants are written in the source beside their messages.
    pub fn variant(&self, variant: &str, document: Option<&str>, args: Args, incomplete: bool) -> Notice {
        Notice {
            notice: self.id.into(),
            document: document.map(str::to_owned),
            location: None,
            message: Template::find(self.messages, variant).fill(&args),
            args,
            incomplete,
            unread: false,
        }
    }
}
