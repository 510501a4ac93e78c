//! The boxes in which comments are shown.

use std::sync::LazyLock;

use huizong_schema::CellName;
use regex::Regex;

/// A drawing part with boxes for the new cells. Our earlier boxes are removed first, and so are all boxes of the new
/// and the old cells: programs rename boxes, but keep their row and column.
pub(super) fn with_shapes(text: &str, new: &[CellName], old: &[CellName]) -> String {
    static SHAPES: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?s)<(?:\w+:)?shape\s.*?</(?:\w+:)?shape>").expect("it is a pattern"));
    static ROW: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"<(?:\w+:)?Row>\s*(\d+)\s*<").expect("it is a pattern"));
    static COLUMN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"<(?:\w+:)?Column>\s*(\d+)\s*<").expect("it is a pattern"));
    let of = |pattern: &Regex, shape: &str| pattern.captures(shape)?[1].parse::<u32>().ok();
    let is_ours = |shape: &str| {
        let at = of(&ROW, shape).zip(of(&COLUMN, shape)).map(CellName::from);
        shape.contains("id=\"huizong_") || at.is_some_and(|at| new.contains(&at) || old.contains(&at))
    };
    let mut kept = SHAPES
        .replace_all(
            text,
            |shape: &regex::Captures<'_>| {
                if is_ours(&shape[0]) { String::new() } else { shape[0].to_owned() }
            },
        )
        .into_owned();
    if let Some(end) = kept.rfind("</").filter(|_| !new.is_empty()) {
        let kind = if kept.contains("id=\"huizong_t202\"") { "" } else { SHAPE_TYPE };
        let shapes: String = new.iter().map(|at| shape(*at)).collect();
        kept.insert_str(end, &format!("{kind}{shapes}"));
    }
    kept
}

/// A drawing part with boxes for these cells only.
pub(super) fn shapes(new: &[CellName]) -> String {
    with_shapes(&format!("<xml {NAMES}></xml>"), new, &[])
}

/// Some programs declare these namespaces with other prefixes, so each of our pieces declares its own.
const NAMES: &str = "xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" \
xmlns:x=\"urn:schemas-microsoft-com:office:excel\"";
const SHAPE_TYPE: &str = "<v:shapetype id=\"huizong_t202\" xmlns:v=\"urn:schemas-microsoft-com:vml\" \
xmlns:o=\"urn:schemas-microsoft-com:office:office\" coordsize=\"21600,21600\" o:spt=\"202\" \
path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/><v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/>\
</v:shapetype>";

/// The box in which a comment is shown, to the right of its cell.
fn shape(name: CellName) -> String {
    let CellName { row, column } = name;
    let (left, top) = (column + 1, row.saturating_sub(1));
    format!(
        "<v:shape id=\"huizong_{name}\" {NAMES} type=\"#huizong_t202\" style=\"position:absolute;width:240pt;height:110pt;z-index:9;\
         visibility:hidden\" fillcolor=\"#ffffe1\" o:insetmode=\"auto\"><v:fill color2=\"#ffffe1\"/><v:shadow on=\"t\" \
         color=\"black\" obscured=\"t\"/><v:path o:connecttype=\"none\"/><v:textbox><div style=\"text-align:left\"></div>\
         </v:textbox><x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{left}, 15, {top}, \
         4, {}, 15, {}, 4</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>\
         </x:ClientData></v:shape>",
        left + 4,
        top + 6
    )
}
