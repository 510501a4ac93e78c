//! The problems of a form, printed as notes on its cells and as a list.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use huizong_core::Lang;
use huizong_schema::Pointer;
use huizong_schema::findings::{Place, Severity};
use unicode_width::UnicodeWidthStr;

use crate::ooxml::escaped;
use crate::ooxml::marks::{HEADINGS, title};

/// The gravest first.
pub(crate) const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Info];
/// A problem to mark.
#[derive(Clone, Debug)]
pub struct Mark {
    /// Its severity.
    pub severity: Severity,
    /// The problem in a few words.
    pub title: String,
    /// The problem with the figures.
    pub message: String,
    /// Its place in the file.
    pub place: Option<Place>,
    /// The place in words.
    pub shown: String,
    /// The index of the document in the file, from 0.
    pub document: usize,
    /// The member concerned.
    pub pointer: Pointer,
    /// The other members that the problem is about, and their places.
    pub related: Vec<(Option<Place>, Pointer)>,
    /// What the department answered to it before.
    pub answer: String,
}

/// What a cell is coloured for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shade {
    /// It has a problem.
    Of(Severity),
    /// Another cell's problem is about it too.
    Related,
}

impl Shade {
    /// Every shade.
    pub(crate) const ALL: [Self; 4] =
        [Self::Of(Severity::Error), Self::Of(Severity::Warning), Self::Of(Severity::Info), Self::Related];

    /// Its colour: the lightest for what is only related.
    pub(crate) const fn colour(self) -> u32 {
        match self {
            Self::Of(Severity::Error) => 0x00FF_D9D9,
            Self::Of(Severity::Warning) => 0x00FF_F0CC,
            Self::Of(Severity::Info) => 0x00E3_F0FF,
            Self::Related => 0x00FB_F9E6,
        }
    }

    /// Its class on a page.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Of(severity) => severity.as_str(),
            Self::Related => "related",
        }
    }
}

/// Marks, and the cells of pages that they belong to.
pub(crate) struct Marked<'m> {
    marks: &'m [Mark],
    /// By mark: the page and the cell.
    at: Vec<Option<(usize, usize)>>,
    by_cell: BTreeMap<(usize, usize), Vec<usize>>,
    /// The cells that problems of other cells are about too.
    related: BTreeSet<(usize, usize)>,
    lang: Lang,
}

impl<'m> Marked<'m> {
    /// No marks at all.
    pub(crate) fn none() -> Self {
        Self {
            marks: &[],
            at: Vec::new(),
            by_cell: BTreeMap::new(),
            related: BTreeSet::new(),
            lang: Lang::Zh,
        }
    }

    /// Marks, each at the cell that `at` finds for it.
    pub(crate) fn new(
        marks: &'m [Mark],
        lang: Lang,
        mut find: impl FnMut(&Mark) -> Option<(usize, usize)>,
    ) -> Self {
        let at: Vec<Option<(usize, usize)>> = marks.iter().map(&mut find).collect();
        let mut by_cell: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
        for (number, cell) in at.iter().enumerate() {
            if let Some(cell) = cell {
                by_cell.entry(*cell).or_default().push(number);
            }
        }
        let related = marks.iter().flat_map(|mark| {
            let of = mark.related.iter();
            of.map(|(place, pointer)| Mark { place: place.clone(), pointer: pointer.clone(), ..mark.clone() })
        });
        let related: BTreeSet<(usize, usize)> = related.filter_map(|mark| find(&mark)).collect();
        Self { marks, at, by_cell, related, lang }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.marks.len()
    }

    /// The page and the cell of a mark.
    pub(crate) fn at(&self, number: usize) -> Option<(usize, usize)> {
        self.at[number]
    }

    /// The place of a mark's cell in its file.
    pub(crate) fn file_place(&self, number: usize) -> Option<&'m Place> {
        self.marks[number].place.as_ref()
    }

    /// The marks of a cell.
    pub(crate) fn numbers(&self, page: usize, cell: usize) -> Vec<usize> {
        self.by_cell.get(&(page, cell)).cloned().unwrap_or_default()
    }

    /// What a cell with some marks is coloured for.
    pub(crate) fn shade(&self, (page, cell): (usize, usize), numbers: &[usize]) -> Option<Shade> {
        let is_related = self.related.contains(&(page, cell));
        self.gravest(numbers).or_else(|| is_related.then_some(Shade::Related))
    }

    /// The shade of the highest severity of some marks.
    pub(crate) fn gravest(&self, numbers: &[usize]) -> Option<Shade> {
        numbers.iter().map(|number| self.marks[*number].severity).max().map(Shade::Of)
    }

    /// The places that problems of other cells are about too.
    pub(crate) fn related_places(&self) -> impl Iterator<Item = &'m Place> {
        self.marks.iter().flat_map(|mark| &mark.related).filter_map(|(place, _)| place.as_ref())
    }

    pub(crate) fn severity(&self, number: usize) -> Severity {
        self.marks[number].severity
    }

    pub(crate) fn severity_word(&self, number: usize) -> &'static str {
        match self.marks[number].severity {
            Severity::Error => self.lang.pick("错误", "error"),
            Severity::Warning => self.lang.pick("警告", "warning"),
            Severity::Info => self.lang.pick("提示", "info"),
        }
    }

    pub(crate) fn title(&self, number: usize) -> &str {
        &self.marks[number].title
    }

    pub(crate) fn message(&self, number: usize) -> &str {
        &self.marks[number].message
    }

    /// What the department answered before.
    pub(crate) fn answer(&self, number: usize) -> &str {
        &self.marks[number].answer
    }

    /// The place in words; empty if a mark has no place.
    pub(crate) fn place(&self, number: usize) -> String {
        self.marks[number].shown.clone()
    }

    /// The height in points that a row of the list needs to show all of a mark's text.
    pub(crate) fn height(&self, number: usize) -> usize {
        let texts = [(&*self.marks[number].shown, 20), (self.title(number), 30), (self.message(number), 76)];
        let lines = |(text, width): (&str, usize)| {
            text.lines().map(|line| line.width().div_ceil(width - 2).max(1)).sum::<usize>()
        };
        texts.into_iter().map(lines).max().unwrap_or(1).clamp(1, 25) * 16
    }

    /// The text of a note.
    pub(crate) fn text(&self, number: usize) -> String {
        format!("{}：{}", self.severity_word(number), self.message(number))
    }

    /// The headings of the list's columns.
    pub(crate) fn headings(&self) -> [&'static str; 6] {
        self.lang.pick(HEADINGS[0], HEADINGS[1])
    }

    /// The heading of the list.
    pub(crate) fn heading(&self) -> String {
        let is_remark = |number: &usize| self.severity(*number) == Severity::Info;
        let remarks = (0..self.len()).filter(is_remark).count();
        // A form may have remarks alone.
        title(self.len() - remarks, remarks, self.lang)
    }

    /// What to do with the list.
    pub(crate) fn how(&self) -> &'static str {
        self.lang.pick(
            "请按下列各条核实修改表中着色的单元格，改好后重新报送这份表；认为无需修改的，请在“部门答复”一栏说明理由。",
            "Mend the coloured cells of the form and hand this file in again. Where nothing needs mending, say why in the last column.",
        )
    }

    /// The list as a section of a page; nothing without marks.
    pub(crate) fn section(&self) -> String {
        if self.is_empty() {
            return String::new();
        }
        let headings: String = self.headings().map(|heading| format!("<th>{heading}</th>")).concat();
        let mut html = format!(
            "<section>\n<h2>{}</h2>\n<p>{}</p>\n<table>\n<tr>{headings}</tr>\n",
            self.heading(),
            self.how()
        );
        for number in 0..self.len() {
            let place = escaped(&self.place(number)).into_owned();
            // The cell's anchor has the number of its first mark.
            let first = self.at(number).and_then(|(page, cell)| self.numbers(page, cell).first().copied());
            let place = match first {
                Some(first) => format!("<a href=\"#cell-{}\">{place}</a>", first + 1),
                None => place,
            };
            let _ = writeln!(
                html,
                "<tr><td>{}</td><td>{}</td><td>{place}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                number + 1,
                self.severity_word(number),
                escaped(self.title(number)),
                escaped(self.message(number)),
                escaped(self.answer(number))
            );
        }
        html + "</table>\n</section>\n"
    }
}
