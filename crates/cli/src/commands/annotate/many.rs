//! All forms of a folder that have something to be mended, with a letter for each department and a list.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use huizong_core::day::Day;
use huizong_core::{Lang, RuleIndex, State, file_of, rules};
use huizong_engine::{Returned, ReturnedDocument, profile_to_write};
use huizong_forms::notices::TEMPLATE_ALTERED;
use huizong_forms::{Format, LetterWords, Mark, letter, letter_template};
use huizong_report::returns::{ReturnRow, workbook};
use huizong_report::words;
use huizong_run::files::write_whole;
use huizong_run::inputs::{Input, RETURNS as LIST};
use huizong_run::pipeline;
use huizong_run::profile::ProfileChoice;
use huizong_schema::Pointer;
use huizong_schema::findings::{Finding, Location, Message, Notice, Severity};

use super::super::{Common, exit_of, say_lists, say_notices};
use super::{keep_answers, marks, notices_of, order};
use crate::args::AnnotateArgs;
use crate::exit::{Error, Exit};
use crate::folder::Folder;
use crate::names::Names;
use crate::world::World;

pub(super) fn run(
    common: &Common,
    args: &AnnotateArgs,
    lang: Lang,
    world: &mut World<'_>,
) -> Result<Exit, Error> {
    let due = args.due.as_deref().map(day).transpose()?;
    let template = match &args.letter {
        Some(path) => std::fs::read(world.directory.join(path)).map_err(|error| {
            let shown = path.display();
            Error::new(format!("无法读取退回函 {shown}"), format!("cannot read the letter {shown}"))
                .because(error)
        })?,
        None => letter_template(),
    };
    if world.directory.join(&args.out).join(LIST).is_file() {
        let shown = args.out.display();
        return Err(Error::new(
            format!("{shown} 里是上次退回的表，不覆盖；请换一个文件夹，如 -o {shown}2"),
            format!(
                "{shown} holds what was given back before, and is kept: name another folder, such as {shown}2"
            ),
        ));
    }
    let folder = Folder::take(&world.directory.join(&args.out))?;
    let (found, notices) = common.find(world)?;
    let progress = Common::progress(&found, world);
    let job = common.job(&progress);
    let outcome = pipeline::run(&found, notices, world.stdin, &job);
    say_lists(common, lang, world);
    say_notices(&outcome, lang, world);
    let settled = &outcome.settled;
    let departments = settled.departments();
    let returned = settled.returned(&departments);
    if returned.is_empty() {
        world.say(lang.pick("没有要退回的表。\n", "There is nothing to give back.\n"))?;
        return Ok(exit_of(&outcome, None));
    }
    let stage = folder.stage()?;
    let mut returning = Returning {
        common,
        found: &found,
        notices: settled.notices(),
        rule_index: common.plugins.rule_index(),
        stage,
        names: Names::taken(&[LIST]),
        template,
        forms: 0,
        without_notes: Vec::new(),
        due: due.map(Day::in_chinese),
        sender: args.sender.clone(),
        lang,
    };
    let rows = returned.iter().map(|of| returning.give_back(of)).collect::<Result<Vec<_>, _>>()?;
    let title = lang.pick("退回情况", "Forms given back");
    let list = workbook(&rows, title).map_err(Error::from)?;
    write_whole(&returning.stage.join(LIST), &list)?;
    let placed = folder.place()?;
    let forms = returning.forms;
    for (file, Message { zh, en }) in &returning.without_notes {
        world.complain(&lang.pick(
            format!("{file} 加不上批注（{zh}），只写了退回函，没有附表；问题都在退回函里。\n"),
            format!("{file} cannot be annotated ({en}); its problems are in the letter.\n"),
        ));
    }
    let shown = placed.display();
    world.say(&lang.pick(
        format!(
            "有 {} 个部门的表要退回：已加批注的表 {forms} 份和各部门的退回函，放在 {shown}。\n请先打开那里的《{LIST}》，里面有联系人和各处问题。\n",
            rows.len()
        ),
        format!(
            "Departments to give something back to: {}. {forms} forms are marked, with a letter for each department, in {shown}.\nOpen {LIST} there.\n",
            rows.len()
        ),
    ))?;
    if args.sender.is_none() {
        world.say(lang.pick(
            "退回函没有落款；要写上单位，请加 --sender 单位名称。\n",
            "The letters name no sender; name it with --sender.\n",
        ))?;
    }
    Ok(exit_of(&outcome, None))
}

/// The name of a document's file, without the folders of the bureau.
fn file_name(document: &str) -> &str {
    let file = file_of(document);
    file.rsplit_once('/').map_or(file, |(_, name)| name)
}

/// A day as a person writes it.
fn day(text: &str) -> Result<Day, Error> {
    Day::parse(text).ok_or_else(|| {
        Error::new(
            format!("日期“{text}”看不懂，请照 2023-05-20 的样子写"),
            format!("\"{text}\" is no date such as 2023-05-20"),
        )
    })
}

/// What is needed to give forms back.
struct Returning<'r> {
    common: &'r Common,
    found: &'r [Input],
    notices: &'r [Notice],
    rule_index: RuleIndex,
    /// Where the files are written.
    stage: PathBuf,
    names: Names,
    template: Vec<u8>,
    /// How many forms were written.
    forms: usize,
    /// The files that no notes could be put into, and why.
    without_notes: Vec<(String, Message)>,
    due: Option<String>,
    sender: Option<String>,
    lang: Lang,
}

impl Returning<'_> {
    /// Writes what goes back to a department.
    fn give_back(&mut self, of: &Returned<'_>) -> Result<ReturnRow, Error> {
        let first = of.documents.first().map(|document| file_of(&document.entry.document));
        let stem = first.and_then(|file| Path::new(file).file_stem()).map(|stem| stem.to_string_lossy());
        let name = of.department.map(str::to_owned).or(stem.map(Into::into)).unwrap_or_default();
        let mut row = ReturnRow {
            department: of
                .department
                .unwrap_or(self.lang.pick("（看不出是哪个部门）", "(unknown)"))
                .to_owned(),
            contact: of.listed.and_then(|listed| listed.contact.clone()),
            phone: of.listed.and_then(|listed| listed.phone.clone()),
            due: self.due.clone(),
            came: of.documents.iter().map(|document| document.entry.document.to_string()).collect(),
            ..ReturnRow::default()
        };
        let mut said = BTreeSet::new();
        for document in &of.documents {
            // With several forms, a problem of one of them names it.
            let own = match of.documents.len() {
                1 => String::new(),
                _ => {
                    let file = file_name(&document.entry.document);
                    self.lang.pick(format!("《{file}》："), format!("{file}: "))
                }
            };
            // A label that was overwritten is the cause of what cannot be read beside it.
            let altered = self.altered(&document.entry.document);
            let causes = altered.map(|notice| own.clone() + self.lang.of(&notice.message));
            // In the order of their marks: what is for information comes last.
            let mut findings = document.findings.clone();
            findings.sort_by_key(|finding| {
                (
                    Reverse(finding.severity),
                    order(finding.location.as_ref().and_then(Location::place).as_ref()),
                )
            });
            let mut marks = marks(findings.iter().map(|finding| (*finding, 0)), &self.rule_index, self.lang);
            keep_answers(&mut marks, self.notices_of(&document.entry.document));
            findings.retain(|finding| finding.severity > Severity::Info);
            let problems = findings.iter().zip(&marks).map(|(finding, mark)| {
                let own = if finding.document.is_some() { &*own } else { "" };
                let answer = match &*mark.answer {
                    "" => String::new(),
                    answer => {
                        self.lang.pick(format!("（已答复：{answer}）"), format!(" (Answered: {answer})"))
                    }
                };
                own.to_owned() + &self.problem(finding) + &answer
            });
            let all: Vec<String> = causes.chain(problems).collect();
            row.problems.extend(all.into_iter().filter(|problem| said.insert(problem.clone())));
            row.files.extend(self.form(&name, document, marks)?);
        }
        for unread in of.unread {
            row.came.push(unread.document.clone());
            let (file, why) = (file_name(&unread.document), self.lang.of(&unread.message));
            row.problems.push(self.lang.pick(format!("《{file}》{why}"), format!("{file}: {why}")));
        }
        if of.department.is_some() {
            row.files.push(self.letter(&name, of, &row)?);
        }
        Ok(row)
    }

    /// A problem in a line, with its place behind it. One with the form as a whole has no place to look at.
    fn problem(&self, finding: &Finding) -> String {
        let message = self.lang.of(&finding.message);
        // What the whole form is has no place in it.
        let is_of_whole = finding.pointer.as_str().is_empty()
            && rules::find(&finding.rule).is_some_and(|rule| rule.excludes.is_some());
        let place = match finding.location.as_ref().filter(|_| !is_of_whole) {
            Some(Location { sheet: Some(sheet), cell: Some(cell), .. }) => {
                self.lang.pick(format!("“{sheet}”的 {cell} 格"), format!("{cell} of \"{sheet}\""))
            }
            // The form that goes back may have no lines.
            Some(location @ Location { line: Some(_), .. }) => {
                self.lang.pick("原件", "the original, ").to_owned() + &words::place(location, self.lang)
            }
            location => words::place_of(location, self.lang),
        };
        if place.is_empty() {
            return message.to_owned();
        }
        self.lang.pick(format!("{message}（见{place}）"), format!("{message} (See {place}.)"))
    }

    /// The notices about a document.
    fn notices_of(&self, document: &str) -> impl Iterator<Item = &Notice> {
        notices_of(self.notices, document)
    }

    /// The notices that labels of the blank form were overwritten.
    fn altered(&self, document: &str) -> impl Iterator<Item = &Notice> {
        let is_of_labels =
            |notice: &&Notice| notice.notice == TEMPLATE_ALTERED.id && notice.args.contains_key("labels");
        self.notices_of(document).filter(is_of_labels)
    }

    /// Writes a document with its problems marked, in its own format. A document that is not this form, or whose file holds others'
    /// documents, does not go back as it came.
    fn form(
        &mut self,
        name: &str,
        of: &ReturnedDocument<'_>,
        marks: Vec<Mark>,
    ) -> Result<Option<String>, Error> {
        let file = file_of(&of.entry.document);
        let path = self.found.iter().find(|input| input.id == file).and_then(|input| input.path.as_ref());
        let (Some(path), false) = (path, matches!(of.entry.state(), State::AnotherForm | State::NotReadable))
        else {
            return Ok(None);
        };
        let Ok(bytes) = pipeline::read_file(path) else { return Ok(None) };
        let read = huizong_engine::read(file, &bytes, &self.common.options);
        let mut documents = read.documents().iter();
        let Some(document) = documents.find(|one| one.id() == of.entry.document) else { return Ok(None) };
        let asked = self.common.profile.as_ref().map(ProfileChoice::get);
        let profile = profile_to_write(asked, document);
        if !profile.has_layout() {
            return Ok(None);
        }
        let causes = self.altered(&of.entry.document).map(|notice| Mark {
            severity: Severity::Warning,
            title: self.lang.pick(TEMPLATE_ALTERED.title().0, TEMPLATE_ALTERED.title().1).to_owned(),
            message: self.lang.of(&notice.message).to_owned(),
            place: None,
            shown: String::new(),
            document: 0,
            pointer: Pointer::root(),
            related: Vec::new(),
            answer: String::new(),
        });
        let marks: Vec<Mark> = causes.chain(marks).collect();
        let ending = Path::new(file).extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        let (source, name_of_source, format, ending) = if read.documents().len() > 1 {
            // Other departments' forms are none of its business.
            let json = serde_json::to_vec(&document.draft()).unwrap_or_default();
            (json, "form.json", Format::Xlsx, "xlsx")
        } else {
            match &*ending {
                "docx" => (bytes, file, Format::Docx, "docx"),
                "html" | "htm" => (bytes, file, Format::Html, "html"),
                "xlsm" => (bytes, file, Format::Xlsx, "xlsm"),
                _ => (bytes, file, Format::Xlsx, "xlsx"),
            }
        };
        let written = huizong_forms::annotate(&source, name_of_source, profile, &marks, format, self.lang);
        // The others do not wait for one that cannot be annotated: its problems are in the letter.
        let written = match written {
            Ok(written) => written,
            Err(why) => {
                self.without_notes.push((file.to_owned(), why));
                return Ok(None);
            }
        };
        let name = self.names.free(name, "", ending);
        write_whole(&self.stage.join(&name), &written)?;
        self.forms += 1;
        Ok(Some(name))
    }

    /// Writes the letter to a department.
    fn letter(&mut self, name: &str, of: &Returned<'_>, row: &ReturnRow) -> Result<String, Error> {
        let year = of.documents.first().and_then(|first| first.entry.fiscal_year);
        let year =
            self.common.options.year().or(year).map_or_else(|| "　　　".to_owned(), |year| year.to_string());
        let due = self.due.clone().unwrap_or_else(|| "　　年　　月　　日".to_owned());
        let is_anew = |document: &ReturnedDocument<'_>| {
            matches!(document.entry.state(), State::Blank | State::AnotherYear)
        };
        let is_answerable = of.documents.iter().any(|document| document.entry.counts());
        let instruction = if row.files.is_empty() {
            format!("请于{due}前重新报送。")
        } else if of.documents.iter().all(is_anew) {
            format!("请按 {year} 年度的情况填报，于{due}前重新报送。")
        } else if !is_answerable {
            format!("请对照附件核实修改，于{due}前重新报送。附件的有关单元格已加批注。")
        } else {
            format!(
                "请对照附件逐条核实修改，于{due}前重新报送。附件的有关单元格已加批注；认为无需修改的，请在附件“问题清单”的“部门答复”一栏说明理由。"
            )
        };
        let words = LetterWords {
            department: row.department.clone(),
            fiscal_year: year,
            due,
            instruction,
            attachments: row.files.join("、"),
            sender: self.sender.clone().unwrap_or_default(),
            contact: row.contact.clone().unwrap_or_default(),
            phone: row.phone.clone().unwrap_or_default(),
            problems: row.problems.clone(),
        };
        let written = letter(&self.template, &words).map_err(|Message { zh, en }| {
            Error::new(format!("退回函不能用：{zh}"), format!("the letter cannot be used: {en}"))
        })?;
        let name = self.names.free(name, "退回函", "docx");
        write_whole(&self.stage.join(&name), &written)?;
        Ok(name)
    }
}
