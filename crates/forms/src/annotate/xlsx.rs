//! Notes in the submitter's own workbook: comments, colours laid over cells, and a sheet that lists the problems.
//!
//! No cell is touched: colours are conditional formats, so formats and formulas stay what they were, and all of ours is
//! known again and taken out when a file is annotated a second time.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::Range;

use huizong_schema::findings::{Place, Severity};
use unicode_width::UnicodeWidthStr;

use super::parts::{Changes, attribute, outline, spliced, text_of, with_end};
use super::{AUTHOR, Marked, PROBLEMS};
use crate::read::office::{Package, Unreadable, cell_at, first_row, main_part, name_of, relations};
use crate::write::escaped;

/// The condition of our colours: true, and nobody else's.
const CONDITION: &str = "\"huizong\"&lt;&gt;\"\"";
/// What a worksheet has behind its conditional formats.
const BEHIND_FORMATS: [&str; 21] = [
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
];
/// What it has behind the drawing of its comments.
const BEHIND_DRAWING: [&str; 8] = [
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
];
const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Info];

pub(super) fn annotated(bytes: &[u8], marked: &Marked<'_>) -> Result<Vec<u8>, Unreadable> {
    let mut package = Package::open(bytes)?;
    let main = main_part(&mut package, "xl/workbook.xml")?;
    let mut edit = Edit { changes: Changes::new(&mut package, &main)?, main };
    let colours = edit.styles()?;
    let sheets = edit.sheets()?;
    for (name, part) in &sheets {
        edit.sheet(name, part, marked, colours)?;
    }
    edit.problems(bytes, &sheets, marked, colours)?;
    edit.changes.rewritten(bytes)
}

/// What our parts of the styles are called: where our colours begin among the differential formats, and the style of
/// the list's cells.
#[derive(Clone, Copy)]
struct Styles {
    colours: usize,
    wrapped: usize,
}

struct Edit<'p, 'b> {
    changes: Changes<'p, 'b>,
    main: String,
}

impl Edit<'_, '_> {
    /// The sheets' names and parts.
    fn sheets(&mut self) -> Result<Vec<(String, String)>, Unreadable> {
        let main = self.main.clone();
        let targets = relations(self.changes.package, &main)?;
        let text = self.changes.part(&main)?;
        let shape = outline(&text)?;
        let Some(list) = shape.child("sheets") else { return Ok(Vec::new()) };
        let list = &text[list];
        let sheets = outline(list)?.children.into_iter().filter_map(|(_, range)| {
            let element = &list[range];
            let (kind, target) = targets.get(&attribute(element, "id")?)?;
            (kind == "worksheet").then(|| Some((attribute(element, "name")?, target.clone())))?
        });
        Ok(sheets.collect())
    }

    /// Adds our colours and the style of the list to the workbook's styles, unless they are there.
    fn styles(&mut self) -> Result<Styles, Unreadable> {
        let main = self.main.clone();
        let targets = relations(self.changes.package, &main)?;
        let styles = targets.into_values().find(|(kind, _)| kind == "styles").map(|(_, target)| target);
        let part = match styles {
            Some(part) => part,
            None => {
                let part = self.changes.free("xl/huizong-styles", ".xml");
                self.changes.relate(&main, "styles", &part)?;
                self.changes.content_type(
                    &part,
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml",
                )?;
                self.changes.changed.insert(part.clone(), BARE_STYLES.to_owned());
                part
            }
        };
        let mut text = with_end(self.changes.part(&part)?)?;
        let prefix = outline(&text)?.prefix;
        let colour = |severity: Severity| {
            let colour = Marked::colour(severity);
            format!(
                "<{prefix}dxf><{prefix}fill><{prefix}patternFill patternType=\"solid\"><{prefix}fgColor \
                 rgb=\"FF{colour:06X}\"/><{prefix}bgColor rgb=\"FF{colour:06X}\"/></{prefix}patternFill></{prefix}fill>\
                 </{prefix}dxf>"
            )
        };
        let ours: Vec<String> = SEVERITIES.into_iter().map(colour).collect();
        let behind = ["tableStyles", "colors", "extLst"];
        let colours = add_to_list(&mut text, "dxfs", &ours, &behind)?;
        let wrapped = format!(
            "<{prefix}xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyAlignment=\"1\">\
             <{prefix}alignment vertical=\"top\" wrapText=\"1\"/></{prefix}xf>"
        );
        let wrapped = add_to_list(&mut text, "cellXfs", &[wrapped], &["cellStyles", "dxfs", "tableStyles"])?;
        self.changes.changed.insert(part, text);
        Ok(Styles { colours, wrapped })
    }

    /// Notes and colours of one sheet.
    fn sheet(
        &mut self,
        name: &str,
        part: &str,
        marked: &Marked<'_>,
        styles: Styles,
    ) -> Result<(), Unreadable> {
        let mut cells: BTreeMap<(u32, u32), Vec<usize>> = BTreeMap::new();
        for number in 0..marked.len() {
            if let Some(Place::Cell { sheet, cell }) = marked.file_place(number)
                && sheet == name
                && let Some(at) = cell_at(cell)
            {
                cells.entry(at).or_default().push(number);
            }
        }
        let Some(bytes) = self.changes.package.part(part)? else { return Ok(()) };
        let text = text_of(&bytes);
        // A sheet that could not be read has no notes; whatever is wrong with it stays as it is.
        let Ok(shape) = outline(&text) else { return Ok(()) };
        let prefix = shape.prefix.clone();
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        for (child, range) in &shape.children {
            if child == "conditionalFormatting" && text[range.clone()].contains(CONDITION) {
                edits.push((range.clone(), String::new()));
            }
        }
        if !cells.is_empty() {
            let at = shape.before(&BEHIND_FORMATS).min(shape.before(&["extLst"]));
            edits.push((at..at, colours(&prefix, &cells, marked, styles)));
        }
        let drawing = shape.child("legacyDrawing").and_then(|range| attribute(&text[range], "id"));
        let old = self.comments(part)?;
        if cells.is_empty() && old.is_none() {
            if !edits.is_empty() {
                self.changes.changed.insert(part.to_owned(), spliced(&text, edits));
            }
            return Ok(());
        }
        let drawn = self.write_comments(part, old, &cells, marked)?;
        if let Some(id) = self.write_shapes(part, drawing.as_deref(), &drawn)? {
            let at = shape.before(&BEHIND_DRAWING);
            let namespace = self.changes.relation_kind("");
            let element = format!(
                "<{prefix}legacyDrawing xmlns:hz=\"{}\" hz:id=\"{id}\"/>",
                namespace.trim_end_matches('/')
            );
            edits.push((at..at, element));
        }
        self.changes.changed.insert(part.to_owned(), spliced(&text, edits));
        Ok(())
    }

    /// The part with a sheet's comments.
    fn comments(&mut self, sheet: &str) -> Result<Option<String>, Unreadable> {
        let targets = relations(self.changes.package, sheet)?;
        let target = targets.into_values().find(|(kind, _)| kind == "comments").map(|(_, target)| target);
        Ok(target.filter(|target| self.changes.has(target)))
    }

    /// Writes the comments, and says which cells had none before.
    fn write_comments(
        &mut self,
        sheet: &str,
        old: Option<String>,
        cells: &BTreeMap<(u32, u32), Vec<usize>>,
        marked: &Marked<'_>,
    ) -> Result<Vec<(u32, u32)>, Unreadable> {
        let part = match old {
            Some(part) => part,
            None => {
                let part = self.changes.free("xl/huizong-comments", ".xml");
                self.changes.relate(sheet, "comments", &part)?;
                self.changes.content_type(
                    &part,
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml",
                )?;
                let namespace = if self.changes.is_strict { STRICT } else { MAIN };
                let bare = format!(
                    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<comments xmlns=\"{namespace}\">\
                     <authors></authors><commentList></commentList></comments>"
                );
                self.changes.changed.insert(part.clone(), bare);
                part
            }
        };
        let (text, new) = with_comments(&self.changes.part(&part)?, cells, marked)?;
        self.changes.changed.insert(part, text);
        Ok(new)
    }

    /// Draws the comments; gives the id of a drawing that the sheet has to name.
    fn write_shapes(
        &mut self,
        sheet: &str,
        drawing: Option<&str>,
        cells: &[(u32, u32)],
    ) -> Result<Option<String>, Unreadable> {
        let targets = relations(self.changes.package, sheet)?;
        let old = drawing.and_then(|id| targets.get(id)).map(|(_, target)| target.clone());
        let old = old.filter(|target| self.changes.has(target));
        let shapes: String = cells.iter().map(|at| shape(*at)).collect();
        if let Some(part) = old {
            let mut text = self.changes.part(&part)?;
            while let Some(from) = text.find(SHAPE)
                && let Some(length) = text[from..].find("</v:shape>")
            {
                text.replace_range(from..from + length + "</v:shape>".len(), "");
            }
            if let Some(end) = text.rfind("</") {
                let has_type = text.contains("id=\"huizong_t202\"");
                let kind = if has_type || cells.is_empty() { "" } else { SHAPE_TYPE };
                text.insert_str(end, &format!("{kind}{shapes}"));
            }
            self.changes.changed.insert(part, text);
            return Ok(None);
        }
        if cells.is_empty() {
            return Ok(None);
        }
        let part = self.changes.free("xl/drawings/huizong", ".vml");
        self.changes.content_type(".vml", "application/vnd.openxmlformats-officedocument.vmlDrawing")?;
        let id = self.changes.relate(sheet, "vmlDrawing", &part)?;
        let text = format!("<xml {NAMES}>{SHAPE_TYPE}{shapes}</xml>");
        self.changes.changed.insert(part, text);
        Ok(Some(id))
    }

    /// The sheet that lists the problems; one of ours that is there is written anew.
    fn problems(
        &mut self,
        bytes: &[u8],
        sheets: &[(String, String)],
        marked: &Marked<'_>,
        styles: Styles,
    ) -> Result<(), Unreadable> {
        let is_ours = |name: &str| {
            name.starts_with(PROBLEMS)
                && first_row(bytes, name).is_some_and(|row| super::HEADINGS.iter().any(|ours| row == *ours))
        };
        let namespace = if self.changes.is_strict { STRICT } else { MAIN };
        if let Some((_, part)) = sheets.iter().find(|(name, _)| is_ours(name)) {
            self.changes.changed.insert(part.clone(), list(namespace, marked, styles));
            return Ok(());
        }
        if marked.is_empty() {
            return Ok(());
        }
        let is_taken = |name: &str| sheets.iter().any(|(other, _)| other == name);
        let names = std::iter::once(PROBLEMS.to_owned()).chain((2..).map(|of| format!("{PROBLEMS} ({of})")));
        let name = names.into_iter().find(|name| !is_taken(name)).unwrap_or_default();
        let part = self.changes.free("xl/worksheets/huizong-problems", ".xml");
        let main = self.main.clone();
        let id = self.changes.relate(&main, "worksheet", &part)?;
        self.changes.content_type(
            &part,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml",
        )?;
        self.changes.changed.insert(part, list(namespace, marked, styles));
        let text = self.changes.part(&main)?;
        let shape = outline(&text)?;
        let Some(range) = shape.child("sheets") else {
            return Err(Unreadable::Broken("the workbook lists no sheets".into()));
        };
        let inner = outline(&text[range.clone()])?;
        let numbers = inner.children.iter().filter_map(|(_, of)| {
            attribute(&text[range.clone()][of.clone()], "sheetId")?.parse::<u64>().ok()
        });
        let number = numbers.max().unwrap_or(0) + 1;
        let namespace = self.changes.relation_kind("");
        let element = format!(
            "<{}sheet name=\"{}\" sheetId=\"{number}\" xmlns:hz=\"{}\" hz:id=\"{id}\"/>",
            shape.prefix,
            escaped(&name),
            namespace.trim_end_matches('/')
        );
        let at = range.start + inner.close;
        self.changes.changed.insert(main, spliced(&text, vec![(at..at, element)]));
        Ok(())
    }
}

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const STRICT: &str = "http://purl.oclc.org/ooxml/spreadsheetml/main";

/// Styles of a workbook that has none.
const BARE_STYLES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><fonts count=\"1\"><font><sz val=\"11\"/>\
<name val=\"宋体\"/></font></fonts><fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill \
patternType=\"gray125\"/></fill></fills><borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf/>\
</cellStyleXfs><cellXfs count=\"1\"><xf xfId=\"0\"/></cellXfs></styleSheet>";

/// Adds entries to a list of the styles, unless they stand in it one after the other. Gives the first one's index.
fn add_to_list(
    text: &mut String,
    list: &str,
    entries: &[String],
    behind: &[&str],
) -> Result<usize, Unreadable> {
    let shape = outline(text)?;
    let prefix = shape.prefix.clone();
    let Some(range) = shape.child(list) else {
        let at = shape.before(behind);
        let new =
            format!("<{prefix}{list} count=\"{}\">{}</{prefix}{list}>", entries.len(), entries.concat());
        text.insert_str(at, &new);
        return Ok(0);
    };
    let of_list = with_end(text[range.clone()].to_owned())?;
    let inner = outline(&of_list)?;
    let there: Vec<&str> = inner.children.iter().map(|(_, range)| &of_list[range.clone()]).collect();
    if let Some(at) =
        there.windows(entries.len()).position(|window| window.iter().zip(entries).all(|(a, b)| a == b))
    {
        return Ok(at);
    }
    let count = there.len();
    let open = &of_list[..inner.open];
    let old = attribute(open, "count").map(|count| format!("count=\"{count}\"")).unwrap_or_default();
    let open = if old.is_empty() {
        open.to_owned()
    } else {
        open.replace(&old, &format!("count=\"{}\"", count + entries.len()))
    };
    let new =
        format!("{open}{}{}{}", &of_list[inner.open..inner.close], entries.concat(), &of_list[inner.close..]);
    text.replace_range(range, &new);
    Ok(count)
}

/// Colours laid over cells.
fn colours(
    prefix: &str,
    cells: &BTreeMap<(u32, u32), Vec<usize>>,
    marked: &Marked<'_>,
    styles: Styles,
) -> String {
    let mut xml = String::new();
    for (of, severity) in SEVERITIES.into_iter().enumerate() {
        let of_it = cells.iter().filter(|(_, numbers)| marked.gravest(numbers) == Some(severity));
        let names: Vec<String> = of_it.map(|(at, _)| name_of(*at)).collect();
        if !names.is_empty() {
            let _ = write!(
                xml,
                "<{prefix}conditionalFormatting sqref=\"{}\"><{prefix}cfRule type=\"expression\" dxfId=\"{}\" \
                 priority=\"{}\"><{prefix}formula>{CONDITION}</{prefix}formula></{prefix}cfRule>\
                 </{prefix}conditionalFormatting>",
                names.join(" "),
                styles.colours + of,
                of + 1
            );
        }
    }
    xml
}

/// What our words in somebody else's comment begin with.
const OURS: &str = "【汇总】";

/// A part of comments with ours instead of those that we wrote before, and the cells that had none.
fn with_comments(
    text: &str,
    cells: &BTreeMap<(u32, u32), Vec<usize>>,
    marked: &Marked<'_>,
) -> Result<(String, Vec<(u32, u32)>), Unreadable> {
    let shape = outline(text)?;
    let prefix = &shape.prefix;
    let mut new = Vec::new();
    let (Some(authors), Some(comments)) = (shape.child("authors"), shape.child("commentList")) else {
        return Err(Unreadable::Broken("the comments have no list".into()));
    };
    let of_authors = with_end(text[authors.clone()].to_owned())?;
    let inner = outline(&of_authors)?;
    let is_ours = |range: &Range<usize>| of_authors[range.clone()].contains(&format!(">{AUTHOR}<"));
    let found = inner.children.iter().position(|(_, range)| is_ours(range));
    let author = found.unwrap_or(inner.children.len());
    let new_author = format!("<{prefix}author>{AUTHOR}</{prefix}author>");
    let new_author = if found.is_some() { String::new() } else { new_author };
    let of_authors = spliced(&of_authors, vec![(inner.close..inner.close, new_author)]);
    let list = with_end(text[comments.clone()].to_owned())?;
    let inner = outline(&list)?;
    let mut by_cell: BTreeMap<(u32, u32), String> = BTreeMap::new();
    let mut strange = String::new();
    for (_, range) in &inner.children {
        let comment = &list[range.clone()];
        if attribute(comment, "authorId").and_then(|id| id.parse().ok()) == Some(author) && found.is_some() {
            continue;
        }
        match attribute(comment, "ref").and_then(|cell| cell_at(&cell)) {
            Some(at) => drop(by_cell.insert(at, without_ours(comment, prefix))),
            None => strange += comment,
        }
    }
    let run = |text: &str| format!("<{prefix}r>{text}</{prefix}r>");
    let words = |text: &str| run(&format!("<{prefix}t xml:space=\"preserve\">{}</{prefix}t>", escaped(text)));
    for (at, numbers) in cells {
        let said: Vec<String> = numbers.iter().map(|number| marked.text(*number)).collect();
        let said = said.join("\n");
        let end = format!("</{prefix}text>");
        match by_cell.get_mut(at) {
            // A cell has one comment; what we say goes behind what is there.
            Some(comment) if comment.contains(&end) => {
                let behind = format!("{}{end}", words(&format!("\n{OURS}{said}")));
                *comment = in_runs(comment, prefix)?.replacen(&end, &behind, 1);
            }
            _ => {
                let comment = format!(
                    "<{prefix}comment ref=\"{}\" authorId=\"{author}\"><{prefix}text>{}{end}</{prefix}comment>",
                    name_of(*at),
                    words(&said)
                );
                new.push(*at);
                by_cell.insert(*at, comment);
            }
        }
    }
    let all: String = by_cell.into_values().chain([strange]).collect();
    let list = format!("{}{all}{}", &list[..inner.open], &list[inner.close..]);
    Ok((spliced(text, vec![(authors, of_authors), (comments, list)]), new))
}

/// A comment of which the text is in runs, so that another one can go behind it.
fn in_runs(comment: &str, prefix: &str) -> Result<String, Unreadable> {
    let Some(of) = outline(comment)?.child("text") else { return Ok(comment.to_owned()) };
    let Some(plain) = outline(&comment[of.clone()])?.child("t") else { return Ok(comment.to_owned()) };
    let plain = of.start + plain.start..of.start + plain.end;
    let run = format!("<{prefix}r>{}</{prefix}r>", &comment[plain.clone()]);
    Ok(spliced(comment, vec![(plain, run)]))
}

/// A comment without what we said in it.
fn without_ours(comment: &str, prefix: &str) -> String {
    let begins = format!("<{prefix}r><{prefix}t xml:space=\"preserve\">\n{OURS}");
    let ends = format!("</{prefix}t></{prefix}r>");
    let Some(from) = comment.find(&begins) else { return comment.to_owned() };
    let Some(length) = comment[from..].find(&ends) else { return comment.to_owned() };
    format!("{}{}", &comment[..from], &comment[from + length + ends.len()..])
}

const SHAPE: &str = "<v:shape id=\"huizong_";
/// Some programs give these names other prefixes than everybody else does, so each of our pieces says what it means.
const NAMES: &str = "xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" \
xmlns:x=\"urn:schemas-microsoft-com:office:excel\"";
const SHAPE_TYPE: &str = "<v:shapetype id=\"huizong_t202\" xmlns:v=\"urn:schemas-microsoft-com:vml\" \
xmlns:o=\"urn:schemas-microsoft-com:office:office\" coordsize=\"21600,21600\" o:spt=\"202\" \
path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/><v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/>\
</v:shapetype>";

/// The box in which a comment is shown, to the right of its cell.
fn shape((row, column): (u32, u32)) -> String {
    let name = name_of((row, column));
    let (left, top) = (column + 1, row.saturating_sub(1));
    format!(
        "{SHAPE}{name}\" {NAMES} type=\"#huizong_t202\" style=\"position:absolute;width:240pt;height:110pt;z-index:9;\
         visibility:hidden\" fillcolor=\"#ffffe1\" o:insetmode=\"auto\"><v:fill color2=\"#ffffe1\"/><v:shadow on=\"t\" \
         color=\"black\" obscured=\"t\"/><v:path o:connecttype=\"none\"/><v:textbox><div style=\"text-align:left\"></div>\
         </v:textbox><x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{left}, 15, {top}, \
         4, {}, 15, {}, 4</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>\
         </x:ClientData></v:shape>",
        left + 4,
        top + 6
    )
}

/// How high the row of a problem must be, in points, for all of its text to be seen.
fn height(marked: &Marked<'_>, number: usize) -> usize {
    let place = marked.place(number);
    let texts = [(place.as_str(), 20), (marked.title(number), 30), (marked.message(number), 80)];
    let lines = |(text, width): (&str, usize)| {
        text.lines().map(|line| line.width().div_ceil(width - 2).max(1)).sum::<usize>()
    };
    texts.into_iter().map(lines).max().unwrap_or(1).clamp(1, 25) * 16
}

/// The sheet that lists the problems.
fn list(namespace: &str, marked: &Marked<'_>, styles: Styles) -> String {
    let text = |cell: &str, text: &str| {
        format!(
            "<c r=\"{cell}\" s=\"{}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
            styles.wrapped,
            escaped(text)
        )
    };
    let bold = |cell: &str, text: &str| {
        format!(
            "<c r=\"{cell}\" s=\"{}\" t=\"inlineStr\"><is><r><rPr><b/><sz val=\"11\"/><rFont val=\"宋体\"/></rPr>\
             <t xml:space=\"preserve\">{}</t></r></is></c>",
            styles.wrapped,
            escaped(text)
        )
    };
    let mut rows = "<row r=\"1\">".to_owned();
    for (column, heading) in (0_u32..).zip(marked.headings()) {
        rows += &bold(&name_of((0, column)), heading);
    }
    rows += "</row>";
    let (mut links, mut coloured) = (String::new(), vec![Vec::new(); SEVERITIES.len()]);
    for number in 0..marked.len() {
        let row = u32::try_from(number + 1).unwrap_or(u32::MAX);
        let at = |column| name_of((row, column));
        let of = SEVERITIES.iter().position(|severity| *severity == marked.severity(number));
        coloured[of.unwrap_or(0)].push(at(1));
        let _ = write!(
            rows,
            "<row r=\"{}\" ht=\"{}\" customHeight=\"1\"><c r=\"{}\" s=\"{}\"><v>{row}</v></c>{}{}{}{}</row>",
            row + 1,
            height(marked, number),
            at(0),
            styles.wrapped,
            text(&at(1), marked.severity_word(number)),
            text(&at(2), &marked.place(number)),
            text(&at(3), marked.title(number)),
            text(&at(4), marked.message(number)),
        );
        if let Some(Place::Cell { sheet, cell }) = marked.file_place(number) {
            let location = format!("'{}'!{cell}", sheet.replace('\'', "''"));
            let _ = write!(links, "<hyperlink ref=\"{}\" location=\"{}\"/>", at(2), escaped(&location));
        }
    }
    let mut formats = String::new();
    for (of, cells) in coloured.iter().enumerate().filter(|(_, cells)| !cells.is_empty()) {
        let _ = write!(
            formats,
            "<conditionalFormatting sqref=\"{}\"><cfRule type=\"expression\" dxfId=\"{}\" priority=\"{}\">\
             <formula>{CONDITION}</formula></cfRule></conditionalFormatting>",
            cells.join(" "),
            styles.colours + of,
            of + 1
        );
    }
    let links = if links.is_empty() { links } else { format!("<hyperlinks>{links}</hyperlinks>") };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<worksheet xmlns=\"{namespace}\"><sheetPr>\
         <pageSetUpPr fitToPage=\"1\"/></sheetPr><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" \
         topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><cols>\
         <col min=\"1\" max=\"1\" width=\"6\" customWidth=\"1\"/><col min=\"2\" max=\"2\" width=\"8\" customWidth=\"1\"/>\
         <col min=\"3\" max=\"3\" width=\"20\" customWidth=\"1\"/><col min=\"4\" max=\"4\" width=\"30\" customWidth=\"1\"/>\
         <col min=\"5\" max=\"5\" width=\"80\" customWidth=\"1\"/></cols><sheetData>{rows}</sheetData>{formats}{links}\
         <pageMargins left=\"0.5\" right=\"0.5\" top=\"0.6\" bottom=\"0.6\" header=\"0.3\" footer=\"0.3\"/>\
         <pageSetup paperSize=\"9\" orientation=\"landscape\" fitToHeight=\"0\"/></worksheet>"
    )
}
