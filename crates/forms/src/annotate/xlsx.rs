//! Notes in the submitter's own workbook: comments, colours laid over cells, and a sheet that lists the problems.
//!
//! No cell is changed: colours are conditional formats, so formats and formulas stay as they were, and all of ours is
//! recognised and removed when a file is annotated a second time.

mod comments;
mod list;
mod shapes;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::ops::Range;

use huizong_schema::CellName;
use huizong_schema::findings::Place;

use self::comments::{Written, with_comments};
use self::list::list;
use self::shapes::{shapes, with_shapes};
use crate::ooxml::marks::PROBLEMS;
use crate::ooxml::parts::{Changes, attribute, outline, spliced, text_of, with_end};
use crate::ooxml::{Package, escaped, main_part, relations};
use crate::read::office::lists;
use crate::unreadable::Unreadable;
use crate::write::marked::{Marked, Shade};

/// The condition of our colours: always true, and used by nothing else.
const CONDITION: &str = "\"huizong\"&lt;&gt;\"\"";
/// The elements of a worksheet that come after its conditional formats, in order.
const BEHIND_FORMATS: [&str; 22] = [
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
    DRAWING,
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
];
/// The element that names the drawing of the comments.
const DRAWING: &str = "legacyDrawing";

pub(super) fn annotated(bytes: &[u8], marked: &Marked<'_>) -> Result<Vec<u8>, Unreadable> {
    let mut package = Package::open(bytes)?;
    let main = main_part(&mut package, "xl/workbook.xml")?;
    let mut edit = Edit { changes: Changes::new(&mut package, &main)?, main };
    let sheets = edit.sheets()?;
    let ours = sheets.iter().position(|sheet| sheet.is_ours);
    let styles = if marked.is_empty() && ours.is_none() { Styles::default() } else { edit.styles()? };
    for (index, sheet) in sheets.iter().enumerate() {
        if let (Some(part), true) = (&sheet.part, Some(index) != ours) {
            edit.sheet(&sheet.name, part, marked, styles)?;
        }
    }
    edit.problems(&sheets, marked, styles)?;
    // A form without problems is returned unchanged.
    if edit.changes.changed.is_empty() {
        return Ok(bytes.to_vec());
    }
    edit.changes.rewritten(bytes)
}

/// The indexes of our styles: where our colours begin among the differential formats, and the style of
/// the list's cells.
#[derive(Clone, Copy, Default)]
struct Styles {
    colours: usize,
    wrapped: usize,
}

/// A sheet of the workbook.
struct SheetPart {
    name: String,
    /// Its part, if it is one of cells.
    part: Option<String>,
    /// Whether it is the list that we wrote before.
    is_ours: bool,
}

struct Edit<'p, 'b> {
    changes: Changes<'p, 'b>,
    main: String,
}

impl Edit<'_, '_> {
    /// Every sheet, in order.
    fn sheets(&mut self) -> Result<Vec<SheetPart>, Unreadable> {
        let main = self.main.clone();
        let targets = relations(self.changes.package, &main)?;
        let text = self.changes.part(&main)?;
        let shape = outline(&text)?;
        let Some(list) = shape.child("sheets") else { return Ok(Vec::new()) };
        let list = &text[list];
        let mut sheets = Vec::new();
        for (_, range) in outline(list)?.children {
            let element = &list[range];
            let target = attribute(element, "id").and_then(|id| targets.get(&id));
            let part = target.filter(|(kind, _)| kind == "worksheet").map(|(_, part)| part.clone());
            let name = attribute(element, "name").unwrap_or_default();
            sheets.push(SheetPart { name, part, is_ours: false });
        }
        if sheets.iter().any(|sheet| sheet.name.starts_with(PROBLEMS)) {
            let ours = lists(self.changes.package)?;
            sheets.iter_mut().for_each(|sheet| sheet.is_ours = ours.contains(&sheet.name));
        }
        Ok(sheets)
    }

    /// Adds our colours and the style of the list to the workbook's styles, unless they are there.
    fn styles(&mut self) -> Result<Styles, Unreadable> {
        let main = self.main.clone();
        let targets = relations(self.changes.package, &main)?;
        let styles = targets.into_values().find(|(kind, _)| kind == "styles").map(|(_, target)| target);
        let part = match styles.filter(|part| self.changes.has(part)) {
            Some(part) => part,
            None => {
                // Some programs look for styles nowhere else.
                let usual = "xl/styles.xml".to_owned();
                let is_taken = self.changes.has(&usual);
                let part = if is_taken { self.changes.free("xl/huizong-styles", ".xml") } else { usual };
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
        // Without the styles of cells nothing in it is used.
        if outline(&text)?.child("cellXfs").is_none() {
            BARE_STYLES.clone_into(&mut text);
        }
        let prefix = outline(&text)?.prefix;
        let colour = |shade: Shade| {
            let colour = shade.colour();
            format!(
                "<{prefix}dxf><{prefix}fill><{prefix}patternFill patternType=\"solid\"><{prefix}fgColor \
                 rgb=\"FF{colour:06X}\"/><{prefix}bgColor rgb=\"FF{colour:06X}\"/></{prefix}patternFill></{prefix}fill>\
                 </{prefix}dxf>"
            )
        };
        let ours: Vec<String> = Shade::ALL.into_iter().map(colour).collect();
        let behind = ["tableStyles", "colors", "extLst"];
        let colours = add_to_list(&mut text, "dxfs", &ours, &behind)?;
        // The first border of a list is that of every cell, so a list of ours alone would frame the whole workbook.
        let border = if outline(&text)?.child("borders").is_some() {
            let side = |side| {
                format!("<{prefix}{side} style=\"thin\"><{prefix}color rgb=\"FFBFBFBF\"/></{prefix}{side}>")
            };
            let sides = ["left", "right", "top", "bottom"].map(side).concat();
            let border = format!("<{prefix}border>{sides}<{prefix}diagonal/></{prefix}border>");
            add_to_list(&mut text, "borders", &[border], &["cellStyleXfs", "cellXfs"])?
        } else {
            0
        };
        let wrapped = format!(
            "<{prefix}xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"{border}\" xfId=\"0\" applyBorder=\"1\" \
             applyAlignment=\"1\"><{prefix}alignment horizontal=\"left\" vertical=\"top\" wrapText=\"1\"/></{prefix}xf>"
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
        let mut cells: BTreeMap<CellName, Vec<usize>> = BTreeMap::new();
        for number in 0..marked.len() {
            if let Some(Place::Cell { sheet, cell }) = marked.file_place(number)
                && sheet == name
                && let Ok(at) = cell.parse()
            {
                cells.entry(at).or_default().push(number);
            }
        }
        // Of a cell with a problem of its own, that is what its colour says.
        let related: BTreeMap<CellName, Vec<usize>> = marked
            .related_places()
            .filter_map(|place| match place {
                Place::Cell { sheet, cell } if sheet == name => cell.parse().ok(),
                _ => None,
            })
            .filter(|at| !cells.contains_key(at))
            .map(|at| (at, Vec::new()))
            .collect();
        let Some(bytes) = self.changes.package.part(part)? else { return Ok(()) };
        let text = text_of(&bytes);
        // A sheet that could not be read gets no notes and is left as it is.
        let Ok(shape) = outline(&text) else { return Ok(()) };
        let prefix = shape.prefix.clone();
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        for (child, range) in &shape.children {
            if child == "conditionalFormatting" && is_ours(&text[range.clone()]) {
                edits.push((range.clone(), String::new()));
            }
        }
        if !cells.is_empty() || !related.is_empty() {
            let at = shape.before(&BEHIND_FORMATS);
            let all: BTreeMap<CellName, Vec<usize>> =
                cells.iter().chain(&related).map(|(at, numbers)| (*at, numbers.clone())).collect();
            edits.push((at..at, colours(&prefix, &all, marked, styles)));
        }
        let drawing = shape.child(DRAWING);
        let id = drawing.clone().and_then(|range| attribute(&text[range], "id"));
        let old = self.comments(part)?;
        if !cells.is_empty() || old.is_some() {
            let Written { new, removed, .. } = self.write_comments(part, old, &cells, marked)?;
            if let Some(id) = self.write_shapes(part, id.as_deref(), &new, &removed)? {
                let behind = BEHIND_FORMATS.iter().skip_while(|name| **name != DRAWING).skip(1);
                let at = shape.before(&behind.copied().collect::<Vec<_>>());
                let namespace = self.changes.relations_namespace();
                let element = format!("<{prefix}{DRAWING} xmlns:hz=\"{namespace}\" hz:id=\"{id}\"/>");
                // A reference that leads nowhere is replaced.
                edits.push((drawing.unwrap_or(at..at), element));
            }
        }
        if !edits.is_empty() {
            self.changes.changed.insert(part.to_owned(), spliced(&text, edits));
        }
        Ok(())
    }

    /// The part with a sheet's comments.
    fn comments(&mut self, sheet: &str) -> Result<Option<String>, Unreadable> {
        let targets = relations(self.changes.package, sheet)?;
        let target = targets.into_values().find(|(kind, _)| kind == "comments").map(|(_, target)| target);
        Ok(target.filter(|target| self.changes.has(target)))
    }

    /// Writes the comments.
    fn write_comments(
        &mut self,
        sheet: &str,
        old: Option<String>,
        cells: &BTreeMap<CellName, Vec<usize>>,
        marked: &Marked<'_>,
    ) -> Result<Written, Unreadable> {
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
        let before = self.changes.part(&part)?;
        let written = with_comments(&before, cells, marked)?;
        if written.text != before {
            self.changes.changed.insert(part, written.text.clone());
        }
        Ok(written)
    }

    /// Draws the comments; gives the id of a drawing that the sheet has to name.
    fn write_shapes(
        &mut self,
        sheet: &str,
        drawing: Option<&str>,
        new: &[CellName],
        removed: &[CellName],
    ) -> Result<Option<String>, Unreadable> {
        let targets = relations(self.changes.package, sheet)?;
        let old = drawing.and_then(|id| targets.get(id)).map(|(_, target)| target.clone());
        if let Some(part) = old.filter(|target| self.changes.has(target)) {
            let before = self.changes.part(&part)?;
            let after = with_shapes(&before, new, removed);
            if after != before {
                self.changes.changed.insert(part, after);
            }
            return Ok(None);
        }
        if new.is_empty() {
            return Ok(None);
        }
        let part = self.changes.free("xl/drawings/huizong", ".vml");
        self.changes.content_type(".vml", "application/vnd.openxmlformats-officedocument.vmlDrawing")?;
        let id = self.changes.relate(sheet, "vmlDrawing", &part)?;
        self.changes.changed.insert(part, shapes(new));
        Ok(Some(id))
    }

    /// The sheet that lists the problems; it replaces an earlier one of ours.
    fn problems(
        &mut self,
        sheets: &[SheetPart],
        marked: &Marked<'_>,
        styles: Styles,
    ) -> Result<(), Unreadable> {
        let namespace = if self.changes.is_strict { STRICT } else { MAIN };
        if let Some(part) = sheets.iter().find(|sheet| sheet.is_ours).and_then(|sheet| sheet.part.clone()) {
            self.changes.changed.insert(part, list(namespace, marked, styles));
            return Ok(());
        }
        if marked.is_empty() {
            return Ok(());
        }
        let taken: BTreeSet<String> = sheets.iter().map(|sheet| sheet.name.to_lowercase()).collect();
        let mut names =
            std::iter::once(PROBLEMS.to_owned()).chain((2..u32::MAX).map(|of| format!("{PROBLEMS} ({of})")));
        let name = names.find(|name| !taken.contains(&name.to_lowercase())).unwrap_or_default();
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
        let element = format!(
            "<{}sheet name=\"{}\" sheetId=\"{number}\" xmlns:hz=\"{}\" hz:id=\"{id}\"/>",
            shape.prefix,
            escaped(&name),
            self.changes.relations_namespace()
        );
        let at = range.start + inner.close;
        self.changes.changed.insert(main, spliced(&text, vec![(at..at, element)]));
        Ok(())
    }
}

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const STRICT: &str = "http://purl.oclc.org/ooxml/spreadsheetml/main";

/// Styles for a workbook without any.
const BARE_STYLES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><fonts count=\"1\"><font><sz val=\"11\"/>\
<name val=\"宋体\"/></font></fonts><fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill \
patternType=\"gray125\"/></fill></fills><borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf/>\
</cellStyleXfs><cellXfs count=\"1\"><xf xfId=\"0\"/></cellXfs></styleSheet>";

/// Adds entries to a list of the styles, unless it already has them in this order. Returns the first one's index.
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

/// Whether a conditional format is ours, however its condition is written.
fn is_ours(format: &str) -> bool {
    let plain = format.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">");
    plain.contains("\"huizong\"<>\"\"")
}

/// Colours laid over cells.
fn colours(
    prefix: &str,
    cells: &BTreeMap<CellName, Vec<usize>>,
    marked: &Marked<'_>,
    styles: Styles,
) -> String {
    let mut xml = String::new();
    for (of, shade) in Shade::ALL.into_iter().enumerate() {
        // Cells without a problem of their own are those that others' are about.
        let is_it = |numbers: &[usize]| marked.gravest(numbers).unwrap_or(Shade::Related) == shade;
        let of_it = cells.iter().filter(|(_, numbers)| is_it(numbers));
        let names: Vec<String> = of_it.map(|(at, _)| at.to_string()).collect();
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
