//! Finds departments by a code or a name: exact, an alias, normalised, or without the district before it.

use std::collections::BTreeMap;

use huizong_schema::consolidation::MatchedBy;

use huizong_schema::normalise_name;

/// Finds numbered items by their codes and names.
#[derive(Clone, Debug, Default)]
pub struct NameIndex {
    codes: Index,
    exact: Index,
    aliases: Index,
    normalised: Index,
    /// Names without the district before them.
    short: Index,
}

/// Maps a text to the item's number; [`None`] if several items have the text.
#[derive(Clone, Debug, Default)]
struct Index(BTreeMap<String, Option<usize>>);

impl Index {
    fn note(&mut self, text: &str, number: usize) {
        self.0
            .entry(text.to_owned())
            .and_modify(|bearer| *bearer = bearer.filter(|bearer| *bearer == number))
            .or_insert(Some(number));
    }

    fn find(&self, text: &str) -> Option<usize> {
        self.0.get(text).copied().flatten()
    }
}

impl NameIndex {
    /// Adds an item with its code, name and other names.
    pub fn note<'n>(
        &mut self,
        number: usize,
        code: Option<&str>,
        name: Option<&'n str>,
        aliases: impl IntoIterator<Item = &'n str>,
    ) {
        if let Some(code) = code {
            self.codes.note(code, number);
        }
        if let Some(name) = name {
            self.exact.note(name, number);
        }
        let aliases = aliases.into_iter().inspect(|alias| self.aliases.note(alias, number));
        let all: Vec<&str> = name.into_iter().chain(aliases).collect();
        for name in all {
            let name = normalise_name(name);
            self.normalised.note(&name, number);
            for rest in without_district(&name) {
                self.short.note(rest, number);
            }
        }
    }

    /// Returns the department and how it was found. [`None`] where there is no match, or more than one.
    ///
    /// Where the code is one department's and the name another's, the name decides: a code is easily copied or mistyped.
    pub fn find(&self, code: Option<&str>, name: Option<&str>) -> Option<(usize, MatchedBy)> {
        let coded = self.with_code(code);
        // Mostly both are right, and looking up one name is enough.
        if coded.is_some() && name.is_some_and(|name| self.exact.find(name) == coded) {
            return coded.map(|number| (number, MatchedBy::Code));
        }
        let named = name.and_then(|name| self.named(name));
        match coded {
            Some(coded) if named.is_none_or(|(named, _)| named == coded) => Some((coded, MatchedBy::Code)),
            _ => named,
        }
    }

    /// The department that a code says, and the other one that the name says, if they contradict each other.
    pub fn contradiction(&self, code: Option<&str>, name: Option<&str>) -> Option<(usize, usize)> {
        let coded = self.with_code(code)?;
        let (named, _) = self.find(code, name)?;
        (coded != named).then_some((coded, named))
    }

    fn with_code(&self, code: Option<&str>) -> Option<usize> {
        code.and_then(|code| self.codes.find(code))
    }

    /// Finds a department by its name alone.
    fn named(&self, name: &str) -> Option<(usize, MatchedBy)> {
        let by = |index: &Index, name: &str, by| index.find(name).map(|number| (number, by));
        by(&self.exact, name, MatchedBy::Name).or_else(|| by(&self.aliases, name, MatchedBy::Alias)).or_else(
            || {
                let name = normalise_name(name);
                by(&self.normalised, &name, MatchedBy::Normalised)
                    // Only one of the two names may begin with a district: two districts are two departments.
                    .or_else(|| {
                        without_district(&name)
                            .find_map(|rest| by(&self.normalised, rest, MatchedBy::District))
                    })
                    .or_else(|| by(&self.short, &name, MatchedBy::District))
            },
        )
    }

    /// Whether any item has the code or name.
    pub fn knows(&self, code_or_name: &str) -> bool {
        let (code, name) = (code_or_name, normalise_name(code_or_name));
        self.codes.0.contains_key(code)
            || self.normalised.0.contains_key(&*name)
            || self.meant_by(code).is_some()
    }

    /// Finds the department of a text that is a code or a name.
    pub fn meant_by(&self, code_or_name: &str) -> Option<(usize, MatchedBy)> {
        self.find(Some(code_or_name), Some(code_or_name))
    }
}

/// Returns a name without the city and the district that it begins with: of 云溪区信访局 both 信访局 and 区信访局, which is how
/// people write it within the district.
pub(crate) fn without_district(name: &str) -> impl Iterator<Item = &str> {
    let rests = districts_end(name).flat_map(|(at, end)| [&name[end..], &name[at..]]);
    rests.filter(|rest| rest.chars().count() >= 2 + usize::from(rest.starts_with(['市', '区', '县', '旗'])))
}

/// The cities and districts that a name begins with: of 云溪市东湖区统计局 both 云溪市 and 云溪市东湖区.
pub(crate) fn districts_before(name: &str) -> impl Iterator<Item = &str> {
    districts_end(name).map(|(_, end)| &name[..end]).filter(|district| district.len() < name.len())
}

/// Where the last character of a district begins and ends.
fn districts_end(name: &str) -> impl Iterator<Item = (usize, usize)> {
    const LONGEST: usize = 8;
    let ends = name.char_indices().enumerate().filter(|(_, (_, c))| matches!(c, '市' | '区' | '县' | '旗'));
    // Both the district and the rest must be names: 社区服务中心 begins with no district.
    let ends = ends.filter(|&(index, (at, _))| (2..LONGEST).contains(&index) && !name[..at].ends_with('社'));
    ends.map(|(_, (at, c))| (at, at + c.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> NameIndex {
        let mut names = NameIndex::default();
        names.note(0, Some("101"), Some("云溪区科学技术协会"), ["区科协", "科协"]);
        names.note(1, None, Some("教育局（本级）"), []);
        names.note(2, None, Some("东山区文化馆"), []);
        names.note(3, None, Some("西山区文化馆"), []);
        names.note(4, None, Some("云溪市东湖区统计局"), []);
        names
    }

    #[test]
    fn a_department_is_known_by_code_name_alias_print_and_district() {
        let names = names();
        let find = |code, name| names.find(code, name);
        assert_eq!(find(Some("101"), Some("别的名字")), Some((0, MatchedBy::Code)));
        // A name decides against a code.
        assert_eq!(find(Some("101"), Some("云溪区教育局（本级）")), Some((1, MatchedBy::District)));
        assert_eq!(names.contradiction(Some("101"), Some("教育局（本级）")), Some((0, 1)));
        assert_eq!(names.contradiction(Some("101"), Some("别的名字")), None);
        assert_eq!(names.contradiction(Some("101"), Some("区科协")), None);
        assert_eq!(find(Some("999"), Some("云溪区科学技术协会")), Some((0, MatchedBy::Name)));
        assert_eq!(find(None, Some("科协")), Some((0, MatchedBy::Alias)));
        assert_eq!(find(None, Some("云溪区 科学技术协会")), Some((0, MatchedBy::Normalised)));
        assert_eq!(find(None, Some("教育局(本级)")), Some((1, MatchedBy::Normalised)));
        assert_eq!(find(None, Some("科学技术协会")), Some((0, MatchedBy::District)));
        assert_eq!(find(None, Some("云溪区教育局（本级）")), Some((1, MatchedBy::District)));
        assert_eq!(find(None, Some("东湖区统计局")), Some((4, MatchedBy::District)));
        assert_eq!(find(None, Some("统计局")), Some((4, MatchedBy::District)));
        // Within a district people leave out its name, and not the word.
        assert_eq!(find(None, Some("区统计局")), Some((4, MatchedBy::District)));
        assert_eq!(find(None, Some("区科学技术协会")), Some((0, MatchedBy::District)));
        assert_eq!(find(None, Some("县统计局")), None);
        assert_eq!(find(None, Some("市科学技术协会")), None);
        assert_eq!(names.meant_by("101").map(|(number, _)| number), Some(0));
    }

    #[test]
    fn what_may_be_two_is_none() {
        let names = names();
        assert_eq!(names.find(None, Some("文化馆")), None);
        // Another district's department is another department.
        assert_eq!(names.find(None, Some("南山区科学技术协会")), None);
        assert_eq!(names.find(None, Some("局")), None);
        assert_eq!(names.find(None, None), None);
        let mut twins = NameIndex::default();
        twins.note(0, Some("1"), Some("甲局"), []);
        twins.note(1, Some("2"), Some("甲局"), []);
        assert_eq!(twins.find(None, Some("甲局")), None);
        assert_eq!(twins.find(Some("2"), Some("甲局")), Some((1, MatchedBy::Code)));
    }
}
