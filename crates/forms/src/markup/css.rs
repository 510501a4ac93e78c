//! Style sheets, as far as they decide what a page shows.

/// The most rules of a page's style sheets that are read.
const MOST_RULES: usize = 2_000;
/// How deep blocks such as `@media` may be in one another.
const DEEPEST: usize = 8;
/// The width of a screen, in pixels, for rules about it.
const SCREEN: f64 = 1280.0;

/// A rule: one selector of its list, and its declarations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rule<'t> {
    pub(super) selector: &'t str,
    pub(super) declarations: &'t str,
}

/// The rules of a style sheet that hold on a screen, in their order.
pub(super) fn rules(sheet: &str) -> Vec<Rule<'_>> {
    let mut found = Vec::new();
    collect(sheet, 0, &mut found);
    found.truncate(MOST_RULES);
    found
}

/// A style sheet without its comments.
pub(super) fn without_comments(sheet: &str) -> String {
    let sheet = sheet.replace("<!--", "").replace("-->", "");
    let mut plain = String::with_capacity(sheet.len());
    let mut rest = sheet.as_str();
    while let Some((before, behind)) = rest.split_once("/*") {
        plain.push_str(before);
        rest = behind.split_once("*/").map_or("", |(_, rest)| rest);
    }
    plain + rest
}

fn collect<'t>(sheet: &'t str, depth: usize, found: &mut Vec<Rule<'t>>) {
    let mut rest = sheet;
    while let Some(at) = rest.find(['{', '}', ';']).filter(|_| found.len() < MOST_RULES) {
        let (prelude, behind) = (rest[..at].trim(), &rest[at + 1..]);
        if rest.as_bytes()[at] != b'{' {
            rest = behind;
            continue;
        }
        let (body, after) = block(behind);
        rest = after;
        match prelude.strip_prefix('@') {
            None => {
                let selectors = parts(prelude, ',').into_iter().map(str::trim).filter(|one| !one.is_empty());
                found.extend(selectors.map(|selector| Rule { selector, declarations: body }));
            }
            Some(rule) => {
                let (name, condition) =
                    rule.split_once(|c: char| c.is_whitespace() || c == '(').unwrap_or((rule, ""));
                let condition = &rule[name.len()..rule.len().max(name.len() + condition.len())];
                let holds = match name.to_ascii_lowercase().as_str() {
                    "media" => holds_on_screen(condition),
                    "supports" | "layer" => true,
                    _ => false,
                };
                if holds && depth < DEEPEST {
                    collect(body, depth + 1, found);
                }
            }
        }
    }
}

/// The inside of a block whose opening brace was passed, and what comes after it.
fn block(text: &str) -> (&str, &str) {
    let mut depth = 1_usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return (&text[..at], &text[at + 1..]);
        }
    }
    (text, "")
}

/// The parts of a text between marks that are in no bracket.
fn parts(text: &str, mark: char) -> Vec<&str> {
    let (mut depth, mut from, mut found) = (0_usize, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            c if c == mark && depth == 0 => {
                found.push(&text[from..at]);
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    found.push(&text[from..]);
    found
}

/// Whether a list of media queries holds on a screen.
pub(super) fn holds_on_screen(queries: &str) -> bool {
    let queries = queries.to_ascii_lowercase();
    queries.trim().is_empty() || queries.split(',').any(|query| query_holds(query.trim()))
}

fn query_holds(query: &str) -> bool {
    let (kind, negated) = match query.strip_prefix("not ") {
        Some(kind) => (kind.trim(), true),
        None => (query.strip_prefix("only ").unwrap_or(query).trim(), false),
    };
    let word = kind.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    let is_kind = matches!(word, "" | "screen" | "all");
    let feature_holds = |feature: &str| {
        let (name, value) = feature.split_once(':').unwrap_or((feature, ""));
        let length = value.trim().trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let scale = if value.trim().ends_with("em") { 16.0 } else { 1.0 };
        let pixels = length.trim().parse::<f64>().ok().map(|length| length * scale);
        match (name.trim(), pixels) {
            ("max-width" | "max-device-width", Some(width)) => SCREEN <= width,
            ("min-width" | "min-device-width", Some(width)) => SCREEN >= width,
            ("orientation", _) => value.trim() == "landscape",
            ("prefers-color-scheme", _) => value.trim() == "light",
            ("prefers-reduced-motion" | "prefers-contrast" | "forced-colors", _) => false,
            _ => true,
        }
    };
    let features = kind.split('(').skip(1).filter_map(|part| part.split(')').next());
    (is_kind && features.into_iter().all(feature_holds)) != negated
}

/// How strongly a selector binds: ids, then classes, attributes and states, then elements.
pub(super) fn specificity(selector: &str) -> u32 {
    let (mut ids, mut classes, mut elements) = (0_u32, 0_u32, 0_u32);
    let mut before = ' ';
    let mut in_attribute = false;
    for c in selector.chars() {
        match c {
            '[' => {
                in_attribute = true;
                classes += 1;
            }
            ']' => in_attribute = false,
            _ if in_attribute => {}
            '#' => ids += 1,
            '.' => classes += 1,
            ':' if before != ':' => classes += 1,
            c if c.is_alphabetic() && (before.is_whitespace() || matches!(before, '>' | '+' | '~')) => {
                elements += 1;
            }
            _ => {}
        }
        before = c;
    }
    ids.min(255) << 16 | classes.min(255) << 8 | elements.min(255)
}

/// The names and values of some declarations, in lower case, and whether each is important.
pub(super) fn declarations(text: &str) -> Vec<(String, String, bool)> {
    let one = |declaration: &str| {
        let (name, value) = declaration.split_once(':')?;
        let value = value.trim().to_ascii_lowercase();
        let (value, is_important) = match value.strip_suffix("!important") {
            Some(value) => (value.trim_end().to_owned(), true),
            None => (value, false),
        };
        Some((name.trim().to_ascii_lowercase(), value, is_important))
    };
    parts(text, ';').into_iter().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_the_screen_are_found() {
        let sheet = "@import url(x.css); .a, p.b > i { color: red; } @media print { .a { display: none } }
            @media (max-width: 767px) { .c { display: none } } @media screen and (min-width: 40em) { .d { x: y } }
            @font-face { src: url(x) } @supports (display: grid) { .e { x: y } } .f { x: y";
        let selectors: Vec<&str> = rules(sheet).iter().map(|rule| rule.selector).collect();
        assert_eq!(selectors, [".a", "p.b > i", ".d", ".e", ".f"]);
        assert_eq!(
            without_comments("<!-- .a{} /* x */ .b{} -->").split_whitespace().collect::<String>(),
            ".a{}.b{}"
        );
        assert!(
            !holds_on_screen("print") && holds_on_screen("screen, print") && holds_on_screen("not print")
        );
        assert!(specificity("#a") > specificity("div.b.c:hover") && specificity(".b") > specificity("div p"));
        assert_eq!(
            declarations("Display: NONE !important; color:red"),
            [("display".into(), "none".into(), true), ("color".into(), "red".into(), false)]
        );
        assert_eq!(rules(&"@media all{".repeat(100)), []);
    }
}
