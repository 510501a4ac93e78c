//! Whose file it is, by the names of the file and its folders, where the file itself does not say.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use huizong_schema::consolidation::MatchedBy;
use huizong_schema::normalise_name;

use crate::name_index::without_district;
use crate::roster::Roster;

/// The names of departments that a path may hold.
pub(crate) struct PathHint {
    /// Each name, and its row; [`None`] if it is the name of several.
    names: BTreeMap<String, Option<usize>>,
    /// The lengths of the names in bytes, the longest first.
    lengths: Vec<usize>,
    /// What was found for each path: many documents may be in one file.
    found: RefCell<BTreeMap<String, Option<(usize, MatchedBy)>>>,
}

/// How the names of offices end: what comes before is the whole of a name, however it is shortened.
const ENDS: [char; 16] =
    ['局', '委', '办', '院', '会', '协', '联', '馆', '所', '处', '站', '部', '队', '室', '街', '镇'];

impl PathHint {
    pub(crate) fn new(roster: &Roster) -> Self {
        let mut names: BTreeMap<String, Option<usize>> = BTreeMap::new();
        for (row, listed) in roster.rows().iter().enumerate() {
            for name in listed.aliases().chain([&*listed.name]) {
                let name = normalise_name(name);
                for name in without_district(&name).chain([&*name]) {
                    let bearer = names.entry(name.to_owned()).or_insert(Some(row));
                    *bearer = bearer.filter(|bearer| *bearer == row);
                }
            }
        }
        names.retain(|name, _| name.chars().count() >= 2);
        let lengths: BTreeSet<usize> = names.keys().map(String::len).collect();
        Self { names, lengths: lengths.into_iter().rev().collect(), found: RefCell::default() }
    }

    /// The row of the department that a path names: the file's name, else the nearest folder's that names exactly one.
    pub(crate) fn find(&self, path: &str) -> Option<(usize, MatchedBy)> {
        if let Some(found) = self.found.borrow().get(path) {
            return *found;
        }
        let found = self.find_anew(path);
        self.found.borrow_mut().insert(path.to_owned(), found);
        found
    }

    fn find_anew(&self, path: &str) -> Option<(usize, MatchedBy)> {
        path.split(['/', '\\']).rev().find_map(|part| {
            let part = normalise_name(part);
            match self.named(&part)[..] {
                [] => self.shortened(&part).map(|row| (row, MatchedBy::ShortFileName)),
                [row] => row.map(|row| (row, MatchedBy::FileName)),
                _ => None,
            }
        })
    }

    /// The departments whose names a text holds: the longest ones, as 教育局 is a part of others.
    fn named(&self, text: &str) -> Vec<Option<usize>> {
        // A path is short, and a roster may have a hundred thousand names: parts of the text are looked up, not names in the text.
        let of_length = |length: usize| {
            let parts =
                (0..=text.len().saturating_sub(length)).filter_map(move |at| text.get(at..at + length));
            let rows: BTreeSet<_> = parts.filter_map(|part| self.names.get(part).copied()).collect();
            (!rows.is_empty()).then(|| rows.into_iter().collect())
        };
        self.lengths.iter().copied().find_map(of_length).unwrap_or_default()
    }

    /// The department whose name a text shortens as people do, leaving out characters but not the first: 发改局, 机关事务.
    fn shortened(&self, text: &str) -> Option<usize> {
        let is_word = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        let words = text.split(|c| !is_word(c)).filter(|word| !word.is_empty());
        let mut best: (usize, Option<usize>) = (0, None);
        for word in words.flat_map(|word| without_district(word).chain([word])) {
            let word = word.strip_prefix(['区', '县']).unwrap_or(word);
            // The first character is the same, and names that begin with it are side by side.
            let Some(first) = word.chars().next() else { continue };
            let from = self.names.range::<str, _>((Bound::Included(&*String::from(first)), Bound::Unbounded));
            for (name, row) in from.take_while(|(name, _)| name.starts_with(first)) {
                let length = shared(word, name);
                let is_whole = length == word.chars().count();
                let is_office = word.chars().nth(length.saturating_sub(1)).is_some_and(|c| ENDS.contains(&c));
                if length < 2 || !(is_whole || is_office || length > 2) {
                    continue;
                }
                match length.cmp(&best.0) {
                    std::cmp::Ordering::Greater => best = (length, *row),
                    std::cmp::Ordering::Equal => best.1 = best.1.filter(|known| Some(*known) == *row),
                    std::cmp::Ordering::Less => {}
                }
            }
        }
        best.1
    }
}

/// How many characters at the beginning of a text are in a name in this order, the first of both being the same.
fn shared(text: &str, name: &str) -> usize {
    if text.chars().next() != name.chars().next() {
        return 0;
    }
    let mut rest = name.chars();
    text.chars().take_while(|c| rest.any(|of_name| of_name == *c)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(path: &str) -> Option<(&'static str, MatchedBy)> {
        const NAMES: [&str; 11] = [
            "云溪区发展和改革局",
            "云溪区财政局",
            "云溪区商务局",
            "云溪区市场监督管理局",
            "云溪区机关事务管理局",
            "云溪区住房和建设局",
            "云溪区科学技术协会",
            "云溪区教育局",
            "云溪区教育局第一幼儿园",
            "云溪区政务服务数据管理局",
            "云溪区统计局",
        ];
        let rows: Vec<Vec<String>> =
            ["名称"].iter().chain(&NAMES).map(|name| vec![(*name).to_owned()]).collect();
        let found = PathHint::new(&Roster::new(&rows).unwrap()).find(path);
        found.map(|(row, by)| (NAMES[row].trim_start_matches("云溪区"), by))
    }

    #[test]
    fn a_file_is_whose_name_it_or_its_folder_bears() {
        let full = MatchedBy::FileName;
        assert_eq!(hint("16财政局/财政局（加密）.xlsx"), Some(("财政局", full)));
        assert_eq!(hint("云溪区发展和改革局.pdf"), Some(("发展和改革局", full)));
        assert_eq!(hint("区教育局 2022 自评表（盖章）.pdf"), Some(("教育局", full)));
        assert_eq!(hint("教育局第一幼儿园/表.doc"), Some(("教育局第一幼儿园", full)));
        assert_eq!(hint("各部门/商务局/附件1/扫描件001.jpg"), Some(("商务局", full)));
    }

    #[test]
    fn a_name_is_known_as_people_shorten_it() {
        let short = MatchedBy::ShortFileName;
        assert_eq!(hint("15发改局/发改局盖章扫描件.pdf"), Some(("发展和改革局", short)));
        assert_eq!(hint("23市监局/市监局.doc"), Some(("市场监督管理局", short)));
        assert_eq!(hint("27机关事务/材料.zip"), Some(("机关事务管理局", short)));
        assert_eq!(hint("06住建/1.wps"), Some(("住房和建设局", short)));
        assert_eq!(hint("区科协.et"), Some(("科学技术协会", short)));
        assert_eq!(hint("24_政数局.rar"), Some(("政务服务数据管理局", short)));
    }

    #[test]
    fn what_may_be_anybodys_is_nobodys() {
        for path in
            ["说明.docx", "部门整体支出绩效自评表.pdf", "财务报表.pdf", "教育资料/统一格式.doc", "1.png", ""]
        {
            assert_eq!(hint(path), None, "{path}");
        }
        // Two offices in one name.
        assert_eq!(hint("财政局转商务局.pdf"), None);
    }
}
