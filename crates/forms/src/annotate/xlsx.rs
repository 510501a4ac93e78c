//! Notes in the submitter's own workbook: comments, colours laid over cells, and a sheet that lists the problems.
//!
//! No cell is touched: colours are conditional formats, so formats and formulas stay what they were, and all of ours is
//! known again and taken out when a file is annotated a second time.

mod comments;
mod list;
mod shapes;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::Range;

use huizong_schema::findings::{Place, Severity};

use self::comments::with_comments;
use self::list::list;
use self::shapes::{NAMES, SHAPE, SHAPE_TYPE, shape};
use super::parts::{Changes, attribute, outline, spliced, text_of, with_end};
use super::{Marked, PROBLEMS, SEVERITIES};
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
