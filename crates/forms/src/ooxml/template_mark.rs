//! The mark of a blank form, by which it is known when it comes back.

use std::fmt;

use super::marks::TEMPLATE;

/// The separator of a mark's members. The name comes last, because it may contain any character.
const PARTED: char = '｜';
/// The version of the mark itself.
const VERSION: &str = "1";
/// The hidden description of a blank form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The profile that it is of.
    pub(crate) profile: String,
    /// A digest of its labels: another one is another version.
    pub(crate) labels: String,
    /// How many live checks it has.
    pub(crate) checks: usize,
    /// The year that was filled in.
    pub(crate) fiscal_year: Option<u16>,
    /// The department that it was made for.
    pub(crate) department: Option<String>,
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.fiscal_year.map(|year| year.to_string()).unwrap_or_default();
        let (checks, department) = (self.checks.to_string(), self.department.as_deref().unwrap_or_default());
        f.write_str(TEMPLATE)?;
        for member in [VERSION, &self.profile, &self.labels, &checks, &year, department] {
            write!(f, "{PARTED}{member}")?;
        }
        Ok(())
    }
}

impl Mark {
    /// Reads a mark. Of a later version only the beginning is read, so it counts as another version of the form.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut members = text.trim().strip_prefix(TEMPLATE)?.strip_prefix(PARTED)?.splitn(6, PARTED);
        let is_known = members.next()? == VERSION;
        let mut next = || members.next().filter(|_| is_known).unwrap_or_default().trim().to_owned();
        Some(Self {
            profile: next(),
            labels: next(),
            checks: next().parse().unwrap_or_default(),
            fiscal_year: next().parse().ok(),
            department: Some(next()).filter(|name| !name.is_empty()),
        })
    }
}

/// A blank form's mark as it was found in a sheet, and the number of live checks that are still there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trace {
    pub(crate) mark: Mark,
    pub(crate) checks: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_as_it_was_written() {
        let mark = Mark {
            profile: "mof-general".into(),
            labels: "0123456789ab".into(),
            checks: 17,
            fiscal_year: Some(2023),
            department: Some("云｜溪区教育局".into()),
        };
        assert_eq!(Mark::parse(&mark.to_string()), Some(mark));
        let bare = Mark { profile: "x".into(), ..Mark::default() };
        assert_eq!(Mark::parse(&bare.to_string()), Some(bare));
        let later = format!("{TEMPLATE}{PARTED}2{PARTED}mof-general");
        assert_eq!(Mark::parse(&later), Some(Mark::default()));
        assert_eq!(Mark::parse("检查✓ 合计"), None);
    }
}
