//! Web pages: tables with merged cells, and the text around them.

use std::collections::{HashMap, HashSet};

use ego_tree::NodeId;
use huizong_core::InputKind;
use huizong_schema::findings::Place;
use scraper::node::Node;
use scraper::{ElementRef, Html};

use crate::grid::Grid;
use crate::markup::{PageStyles, is_removed, runs_of};

/// Reads a page into cells: each table's rows, and each block of text outside of tables as a row of one cell.
///
/// # Errors
/// Returns `TooDeep` if elements nest too deep (see [`nests_too_deep`]), `TooLarge` if there are too many.
pub(crate) fn grid(text: &str) -> Result<Grid, InputKind> {
    if nests_too_deep(text) {
        return Err(InputKind::TooDeep);
    }
    if text.bytes().filter(|byte| *byte == b'<').count() > MOST_TAGS {
        return Err(InputKind::TooLarge);
    }
    let page = Html::parse_document(text);
    let split = elements_to_split(&page);
    let mut reader = PageReader { grid: Grid::default(), tables: 0, split, styles: PageStyles::of(&page) };
    reader.blocks(page.root_element());
    reader.grid.has_linked_styles = has_linked_styles(&page);
    if reader.grid.is_full() { Err(InputKind::TooLarge) } else { Ok(reader.grid) }
}

/// Whether a page links to style sheets that its file does not hold, and cells of its tables have classes for them.
fn has_linked_styles(page: &Html) -> bool {
    let elements = || page.tree.nodes().filter_map(ElementRef::wrap);
    let is_link = |element: &ElementRef<'_>| {
        let value = element.value();
        let is_sheet = value.attr("rel").is_some_and(|rel| rel.eq_ignore_ascii_case("stylesheet"));
        value.name() == "link" && is_sheet && value.attr("href").is_some()
    };
    let is_in_cell = |element: &ElementRef<'_>| {
        element.value().attr("class").is_some()
            && element.ancestors().any(|above| above.value().as_element().is_some_and(|e| e.name() == "td"))
    };
    elements().any(|element| is_link(&element)) && elements().any(|element| is_in_cell(&element))
}

/// The most tags of a page: a tag takes much more memory than bytes of the file.
const MOST_TAGS: usize = 800_000;

/// Whether elements of one name are opened so many times more than they are closed that building the page's tree
/// would take the time or the stack of a much larger page. Elements that need no closing are not counted.
fn nests_too_deep(text: &str) -> bool {
    const NAMES: [(&str, usize); 20] = [
        ("table", 256),
        ("div", 4096),
        ("span", 4096),
        ("font", 4096),
        ("center", 4096),
        ("section", 4096),
        ("article", 4096),
        ("blockquote", 4096),
        ("ul", 4096),
        ("ol", 4096),
        ("dl", 4096),
        ("a", 4096),
        ("b", 4096),
        ("i", 4096),
        ("u", 4096),
        ("em", 4096),
        ("strong", 4096),
        ("form", 4096),
        ("label", 4096),
        ("pre", 4096),
    ];
    let mut open = [0_usize; NAMES.len()];
    for (at, _) in text.match_indices('<') {
        let rest = &text.as_bytes()[at + 1..];
        let (closes, rest) = rest.strip_prefix(b"/").map_or((false, rest), |rest| (true, rest));
        let end = rest.iter().take(12).position(|b| !b.is_ascii_alphanumeric()).unwrap_or(0);
        let Some(index) =
            NAMES.iter().position(|(name, _)| name.as_bytes().eq_ignore_ascii_case(&rest[..end]))
        else {
            continue;
        };
        if closes {
            open[index] = open[index].saturating_sub(1);
        } else {
            open[index] += 1;
            if open[index] > NAMES[index].1 {
                return true;
            }
        }
    }
    false
}

/// The elements that are read child by child because they hold a table or laid-out text of their own.
///
/// A table in a table is one of two things. If it has more cells than are left to the outer one, the outer one lays
/// out the page and is gone into; else it is the content of a cell.
fn elements_to_split(page: &Html) -> HashSet<NodeId> {
    let elements = || page.tree.nodes().filter_map(ElementRef::wrap);
    let named = |name: &'static str| elements().filter(move |element| element.value().name() == name);
    // How many cells each table has, of its own and of those in it.
    let mut own: HashMap<NodeId, usize> = named("table").map(|table| (table.id(), 0)).collect();
    for cell in named("td").chain(named("th")) {
        if let Some(count) =
            cell.ancestors().find_map(|above| own.contains_key(&above.id()).then_some(above.id()))
        {
            *own.entry(count).or_default() += 1;
        }
    }
    let mut split = HashSet::new();
    for inner in named("table").chain(named("pre")) {
        let outer = inner.ancestors().find(|above| own.contains_key(&above.id()));
        let is_content =
            outer.is_some_and(|outer| own.get(&inner.id()).is_none_or(|cells| *cells < own[&outer.id()]));
        if !is_content {
            // The ancestors of a known element are known as well.
            let new = inner.ancestors().take_while(|above| !split.contains(&above.id()));
            let new: Vec<NodeId> = new.map(|above| above.id()).collect();
            split.extend(new);
        }
    }
    split
}

struct PageReader {
    grid: Grid,
    tables: u32,
    /// The elements that are read child by child.
    split: HashSet<NodeId>,
    styles: PageStyles,
}

impl PageReader {
    fn blocks(&mut self, root: ElementRef<'_>) {
        // Iterative: a page may nest as deep as it likes.
        let mut stack = vec![root];
        while let Some(element) = stack.pop() {
            if is_removed(element, &self.styles) {
                self.grid.has_hidden |= element
                    .descendants()
                    .any(|node| node.value().as_element().is_some_and(|e| e.name() == "td"));
                continue;
            }
            match element.value().name() {
                "head" | "script" | "style" | "template" | "noscript" => {}
                "table" => self.table(element),
                "pre" => {
                    // The caller asks the grid whether it is too much.
                    let text = element.text().collect::<String>();
                    let _ = super::text::append(&text, false, &mut self.grid);
                }
                _ => {
                    if self.split.contains(&element.id()) {
                        // Bare text beside a table is a row of its own.
                        for child in element.children().rev() {
                            match child.value() {
                                Node::Element(_) => stack.extend(ElementRef::wrap(child)),
                                Node::Text(text) if !text.trim().is_empty() => lines(text, &mut self.grid),
                                _ => {}
                            }
                        }
                    } else {
                        lines(&runs_of(element, &self.styles).text, &mut self.grid);
                    }
                }
            }
        }
    }

    fn table(&mut self, table: ElementRef<'_>) {
        self.tables += 1;
        let number = self.tables;
        let (mut first, mut parent) = (None, None);
        for caption in own(table, "caption", &["table"]) {
            lines(&runs_of(caption, &self.styles).text, &mut self.grid);
        }
        for (row_number, tr) in (1..).zip(own(table, "tr", &["table"])) {
            // A cell reaches no further down than its part of the table.
            if parent.replace(tr.parent().map(|parent| parent.id()))
                != Some(tr.parent().map(|parent| parent.id()))
            {
                first = None;
            }
            if is_removed(tr, &self.styles) {
                self.grid.has_hidden = true;
                continue;
            }
            let of_row = tr.children().filter_map(ElementRef::wrap);
            let of_row = of_row.filter(|cell| matches!(cell.value().name(), "td" | "th"));
            let (removed, cells): (Vec<_>, Vec<_>) = of_row.partition(|cell| is_removed(*cell, &self.styles));
            self.grid.has_hidden |=
                removed.iter().any(|cell| cell.text().any(|text| !text.trim().is_empty()));
            // A table that only lays out the page holds the real one in a cell.
            if cells.iter().any(|cell| self.split.contains(&cell.id())) {
                for cell in cells {
                    self.blocks(cell);
                }
                first = None;
                continue;
            }
            let row = self.grid.begin_row();
            self.grid.settle_spans(row, *first.get_or_insert(row));
            for cell in cells {
                let span = |name: &str| {
                    cell.value().attr(name).and_then(|v| v.trim().parse::<usize>().ok()).unwrap_or(1)
                };
                // A row span of 0 reaches to the table's end.
                let rows = match span("rowspan") {
                    0 => usize::from(u16::MAX),
                    rows => rows.min(usize::from(u16::MAX)),
                };
                let runs = runs_of(cell, &self.styles);
                self.grid.push(row, runs.text, (rows, span("colspan")), |column| {
                    let column = u32::try_from(column + 1).ok()?;
                    Some(Place::Table { table: number, row: row_number, column })
                });
                if let Some(last) = self.grid.last_mut() {
                    last.left_out = runs.left_out;
                }
            }
        }
    }
}

/// Puts text outside of tables, a row a line.
pub(super) fn lines(text: &str, grid: &mut Grid) {
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let row = grid.begin_row();
        grid.push(row, line.trim().to_owned(), (1, 1), |_| None);
    }
}

/// The descendants with a name that are not within an element with one of the other names.
fn own<'p>(element: ElementRef<'p>, name: &str, between: &[&str]) -> Vec<ElementRef<'p>> {
    let mut found = Vec::new();
    let mut stack: Vec<ElementRef<'p>> = vec![element];
    let mut is_root = true;
    while let Some(element) = stack.pop() {
        if !is_root && element.value().name() == name {
            found.push(element);
            continue;
        }
        if is_root || !between.contains(&element.value().name()) {
            let children: Vec<ElementRef<'p>> = element.children().filter_map(ElementRef::wrap).collect();
            stack.extend(children.into_iter().rev());
        }
        is_root = false;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(page: &str) -> Vec<Vec<String>> {
        let grid = grid(page).unwrap();
        (0..grid.rows()).map(|row| grid.row(row).map(|cell| cell.text.to_string()).collect()).collect()
    }

    #[test]
    fn spans_text_around_and_nested_tables() {
        let page = "<h1>标题</h1><p>单位：万元</p><table><tr><td rowspan=2>a</td><td colspan=2>b</td></tr>
            <tr><td>c</td><td><p>d</p><p>e</p></td></tr></table><p>注：1</p>";
        assert_eq!(
            rows(page),
            [vec!["标题"], vec!["单位：万元"], vec!["a", "b"], vec!["c", "d\ne"], vec!["注：1"]]
        );
        let grid = grid(page).unwrap();
        assert_eq!(grid.at(3, 0).unwrap().text, "a");
        assert_eq!(grid.at(3, 2).unwrap().place, Some(Place::Table { table: 1, row: 2, column: 3 }));
        let nested =
            "<table><tr><td>菜单</td><td><table><tr><td>x</td><td>y</td></tr></table></td></tr></table>";
        assert_eq!(rows(nested), [vec!["菜单"], vec!["x", "y"]]);
        let content =
            "<table><caption>标题</caption><tr><td>甲</td><td>乙</td><td>丙</td></tr><tr><td>丁</td>
            <td colspan=2>前<table><tr><td>x</td><td>y</td></tr></table></td></tr></table>";
        assert_eq!(rows(content), [vec!["标题"], vec!["甲", "乙", "丙"], vec!["丁", "前\nx y"]]);
        let hidden = "<table style='display: none'><tr><td>甲</td></tr></table><table><tr><td>乙</td></tr>
            <tr hidden><td>丙</td></tr><tr><td>丁</td></tr></table>";
        assert_eq!(rows(hidden), [vec!["乙"], vec!["丁"]]);
        let laid_out = "<p>单位：万元</p><pre>甲\t乙\n丙\t丁</pre>";
        assert_eq!(rows(laid_out), [vec!["单位：万元"], vec!["甲", "乙"], vec!["丙", "丁"]]);
    }

    #[test]
    fn a_cell_shows_what_a_browser_shows() {
        let cell = |styles: &str, inner: &str| {
            let page = format!("<style>{styles}</style><table><tr><td>{inner}</td><td>x</td></tr></table>");
            rows(&page)[0].join("|")
        };
        for (styles, inner, shown) in [
            // The cascade: importance, selectors, order, an element's own style.
            (".p{display:none} .p.on{display:block}", "<b class='p on'>5</b><b class=p>9</b>", "5|x"),
            ("#a{display:none} .p{display:inline}", "<b id=a class=p>9</b>5", "5|x"),
            (".p{display:none}", "<b class=p style='display:inline'>5</b>", "5|x"),
            (".p{display:none !important}", "<b class=p style='display:inline'>9</b>5", "5|x"),
            ("b{display:none} /* b{} */ b{display:inline}", "<b>5</b>", "5|x"),
            // What holds on a screen.
            (
                "@media print{.p{display:none}} @media (max-width:767px){.p{display:none}}",
                "<b class=p>5</b>",
                "5|x",
            ),
            ("@media screen{.p{display:none}}", "<b class=p>9</b>5", "5|x"),
            // Text that is not seen.
            ("", "<b style='visibility:hidden'>9<i style='visibility:visible'>5</i></b>", "5|x"),
            (
                "",
                "5<b style='font-size:0'>9</b><b style='opacity:0'>9</b><b style='text-indent:-9999px'>9</b>",
                "5|x",
            ),
            (".sr{position:absolute;clip:rect(0,0,0,0)}", "<b class=sr>必填</b>5", "5|x"),
            ("", "<b style='color:#fff'>9</b>5<b style='color:white;background:navy'>7</b>", "57|x"),
            (
                "",
                "5<svg><title>复制</title></svg><i>\u{e61d}</i><datalist><option>9</datalist><details>9</details>",
                "5|x",
            ),
            // Text that style sheets add, and lines.
            (
                ".u::after{content:'亿'} .n:before{content:'-'} .i::after{content:'\\e61d'}",
                "<b class=n>0.2</b><b class=u></b><b class=i></b>",
                "-0.2亿|x",
            ),
            ("span{display:block}", "<span>1</span><span>25.20</span>", "1\n25.20|x"),
            (".g{display:grid}", "<div class=g><span>2</span><span>5.20</span></div>", "2 5.20|x"),
            (".p{display:none;display:foo}", "<b class=p>9</b>5", "5|x"),
            (
                ".p{font:0/0 a} .q{transform:scale(0)} .r{color:rgb(255 255 255)}",
                "<b class=p>9</b><b class=q>9</b><b class=r>9</b>5",
                "5|x",
            ),
            ("ol{list-style:none}", "<ol><li>甲<li>乙</ol>", "甲\n乙|x"),
            (".v.n::after{content:none} .v::after{content:'元'}", "<b class='v n'>5</b>", "5|x"),
            (
                ".v::after{content:'\\5143';} .w::before{content:attr(data-v)}",
                "<b class=v>5</b><b class=w data-v=7></b>",
                "5元7|x",
            ),
            ("", "<dl><dt>1<dd>25.20</dl><ol start=3><li>甲<li>乙</ol>", "1\n25.20\n3. 甲\n4. 乙|x"),
            // Deleted text is deleted, unless a style says otherwise; what is within it is deleted too.
            ("del{text-decoration:none}", "<del>5</del><s>9<b style='text-decoration:none'>9</b></s>", "5|x"),
            ("", "<font face=Wingdings>þ</font>是", "☑是|x"),
            ("", "<select><option selected>1<option selected>2</select>", "2|x"),
            ("", "<select><option disabled>请选择<option>2</select>", "2|x"),
            // Unclosed and endless style sheets.
            ("b{display:none", "<b>5", "|x"),
        ] {
            assert_eq!(cell(styles, inner), shown, "{styles} {inner}");
        }
        // An invisible cell keeps its place; a struck row is struck without a style sheet as well.
        let page = "<table><tr><td>甲</td><td style='visibility:hidden'>9</td><td>乙</td></tr>
            <tr style='text-decoration:line-through'><td>旧</td></tr><tr style='display:none'><td>藏</td></tr></table>";
        assert_eq!(rows(page), [vec!["甲", "", "乙"], vec![""]]);
        assert!(grid(page).unwrap().has_hidden);
        // A cell reaches no further than the part of the table that it is in.
        let parts = "<table><thead><tr><td rowspan=3>甲</td><td>乙</td></tr></thead><tbody><tr><td>丙</td><td>丁</td></tr></tbody></table>";
        assert_eq!(rows(parts), [["甲", "乙"], ["丙", "丁"]]);
    }

    #[test]
    fn hostile_spans_and_depth_are_bounded() {
        let wide = "<table><tr><td colspan=99999999 rowspan=99999999>a</td></tr><tr><td>b</td></tr></table>";
        assert_eq!(rows(wide)[0], ["a"]);
        assert!(grid(&"<table><tr><td>".repeat(20_000)).is_err());
        let deep = |depth| "<div>".repeat(depth) + "<table><tr><td>a</td></tr></table>";
        assert_eq!(rows(&deep(2_000)).last().unwrap(), &["a"]);
        assert!(grid(&deep(200_000)).is_err());
        assert!(grid(&"<b><i>".repeat(50_000)).is_err());
        let closed = "<div><b>x</b></div>".repeat(9_000);
        assert_eq!(grid(&closed).unwrap().rows(), 9_000);
    }
}
