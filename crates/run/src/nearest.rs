//! What somebody probably meant by a mistyped name.

/// The name that is most like another one, if any is much like it.
pub fn nearest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    const LIKE: f64 = 0.75;
    let alike = names.into_iter().map(|other| (strsim::jaro_winkler(name, other), other));
    let best = alike.max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(like, _)| *like > LIKE).map(|(_, other)| other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_understood_and_another_word_is_not() {
        assert_eq!(nearest("rooster", ["roster", "books", "year"]), Some("roster"));
        assert_eq!(nearest("各部门报表s", ["各部门报表", "账"]), Some("各部门报表"));
        assert_eq!(nearest("商务局9.json", ["商务局1.json", "科协.json"]), Some("商务局1.json"));
        assert_eq!(nearest("colour", ["roster", "books"]), None);
    }
}
