//! Names of files that are written for departments.

use std::collections::BTreeSet;

use huizong_run::files::is_reserved;

/// The names given so far, in lower case: some systems do not tell them apart by case.
pub(crate) struct Names(BTreeSet<String>);

impl Names {
    /// No names but these.
    pub(crate) fn taken(names: &[&str]) -> Self {
        Self(names.iter().map(|name| name.to_lowercase()).collect())
    }

    /// A file name for a department that no other one has, on any system.
    pub(crate) fn free(&mut self, department: &str, what: &str, ending: &str) -> String {
        let is_bad = |c: char| c.is_control() || "\\/:*?\"<>|".contains(c);
        let stem: String = department.chars().map(|c| if is_bad(c) { '_' } else { c }).take(80).collect();
        let stem = stem.trim().trim_matches('.');
        let stem = if stem.is_empty() || is_reserved(stem) { format!("表_{stem}") } else { stem.to_owned() };
        let gap = if what.is_empty() { "" } else { " " };
        let name = |number: usize| {
            let number = if number == 1 { String::new() } else { format!("（{number}）") };
            format!("{stem}{gap}{what}{number}.{ending}")
        };
        let mut number = 1;
        while !self.0.insert(name(number).to_lowercase()) {
            number += 1;
        }
        name(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_one_that_any_system_takes() {
        let mut names = Names::taken(&["退回情况.xlsx"]);
        for (department, name) in [
            ("甲局", "甲局.xlsx"),
            ("甲局", "甲局（2）.xlsx"),
            ("A局", "A局.xlsx"),
            ("a局", "a局（2）.xlsx"),
            ("甲/乙:局?", "甲_乙_局_.xlsx"),
            ("CON", "表_CON.xlsx"),
            ("..", "表_.xlsx"),
            ("退回情况", "退回情况（2）.xlsx"),
        ] {
            assert_eq!(names.free(department, "", "xlsx"), name);
        }
        assert_eq!(names.free("甲局", "退回函", "docx"), "甲局 退回函.docx");
    }
}
