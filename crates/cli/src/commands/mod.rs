//! The subcommands.

mod accept;
mod annotate;
mod check;
mod consolidate;
mod convert;
mod diff;
mod figure;
mod init;
mod merge;
mod plugin;
mod plugins;
mod show;
mod template;
mod verify;

use std::path::{Path, PathBuf};
use std::thread;

use clap::ValueEnum;
use huizong_core::{Accepted, Lang};
use huizong_engine::Options;
use huizong_report::terminal;
use huizong_run::inputs::{self, Found, Input};
use huizong_run::lists::{Lists, Wanted, names_all, refuse_same_year};
use huizong_run::pipeline::{Job, Keeps, Outcome};
use huizong_run::profile::ProfileChoice;
use huizong_schema::findings::{Notice, Severity};

use crate::args::{Command, FailOn, InputsArgs, ReadingArgs, TextOrJson};
use crate::exit::{Error, Exit};
use crate::progress::Progress;
use crate::settings::Settings;
use crate::world::World;
use plugins::{Isolation, Plugins};

/// Runs a subcommand.
pub(crate) fn run(command: &Command, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    match command {
        Command::Accept(args) => accept::run(args, lang, world),
        Command::Init(args) => init::run(args, lang, world),
        Command::Annotate(args) => annotate::run(args, lang, world),
        Command::Check(args) => check::run(args, lang, world),
        Command::Consolidate(args) => consolidate::run(args, lang, world),
        Command::Merge(args) => merge::run(args, lang, world),
        Command::Diff(args) => diff::run(args, lang, world),
        Command::Convert(args) => convert::run(args, lang, world),
        Command::Verify(args) => verify::run(args, lang, world),
        Command::Template(args) => template::run(args, lang, world),
        Command::Schema(args) => Ok(show::schema(args, world)),
        Command::Rule(args) if args.output.format == TextOrJson::Json => {
            show::rules_as_data(args, lang, world)
        }
        Command::Rule(args) => show::rule(args.what.as_deref(), &args.plugins.plugin, lang, world),
        Command::Explain(args) => match &args.folder {
            Some(folder) => figure::run(args, folder, lang, world),
            None => show::rule(Some(&args.what.join(" ")), &args.plugins.plugin, lang, world),
        },
        Command::Plugin(command) => plugin::run(command, lang, world),
        Command::Docs(args) => show::docs(args.chapter.as_deref(), lang, world),
        Command::Completions(args) => Ok(show::completions(args, lang, world)),
        Command::Man => show::man(lang, world),
    }
}

/// The options of a run, from its arguments or a receipt. The settings fill in what is absent.
#[derive(Default)]
struct Asked<'a> {
    paths: &'a [PathBuf],
    /// Whether the paths are a whole set of forms, even where they name single files.
    is_whole_set: bool,
    /// Whether it is shown how the lists of the settings were understood.
    shows_lists: bool,
    year: Option<u16>,
    profile: Option<&'a str>,
    plugins: &'a [PathBuf],
    isolation: Isolation,
    roster: Option<&'a Path>,
    books: Option<&'a Path>,
    previous: Option<&'a Path>,
    template: Option<&'a Path>,
    group_by: &'a [String],
    accept: &'a [String],
    exclude_errors: bool,
    jobs: Option<u16>,
    fail_on: Option<FailOn>,
}

impl<'a> From<&'a ReadingArgs> for Asked<'a> {
    fn from(reading: &'a ReadingArgs) -> Self {
        Self {
            year: reading.year,
            profile: reading.profile.profile.as_deref(),
            plugins: &reading.plugins.plugin,
            isolation: Isolation { in_process: reading.in_process, is_required: reading.require_isolation },
            ..Self::default()
        }
    }
}

impl<'a> From<&'a InputsArgs> for Asked<'a> {
    fn from(inputs: &'a InputsArgs) -> Self {
        Self {
            paths: &inputs.paths,
            roster: inputs.lists.roster.as_deref(),
            books: inputs.lists.books.as_deref(),
            previous: inputs.lists.previous.as_deref(),
            accept: &inputs.accept,
            jobs: inputs.jobs.jobs,
            fail_on: inputs.fail_on,
            ..Self::from(&inputs.reading)
        }
    }
}

/// The options that `check`, `consolidate` and `annotate` share, completed by the settings.
struct Common {
    paths: Vec<PathBuf>,
    settings: Settings,
    /// The options of documents and of their set.
    options: Options,
    profile: Option<ProfileChoice>,
    jobs: usize,
    fail_on: Option<Severity>,
    plugins: Plugins,
    lists: Lists,
}

impl Common {
    /// Loads the settings, the lists and the plugins, and says what the plugins are not kept from.
    fn new(asked: &Asked<'_>, lang: Lang, world: &mut World<'_>) -> Result<Self, Error> {
        let settings = Settings::load(world)?;
        let fail_on = match (asked.fail_on, &settings.fail_on) {
            (Some(asked), _) => asked,
            (None, Some(name)) => FailOn::from_str(name, false).map_err(|_| {
                Error::new(
                    format!("设置 fail_on 只能是 error、warning 或 never，而不是 {name}"),
                    format!("the setting fail_on is error, warning or never, not {name}"),
                )
            })?,
            (None, None) => FailOn::Error,
        };
        let profile = asked.profile.or(settings.profile.as_deref());
        let profile = profile.map(|name| ProfileChoice::find(name, &world.directory)).transpose()?;
        let given = |path: Option<&Path>| path.map(|path| world.directory.join(path));
        let file = |path: Option<&Path>, set: &Option<PathBuf>| given(path).or_else(|| set.clone());
        // A check of one form does not ask which departments are missing.
        let is_whole_set = asked.is_whole_set || names_all(asked.paths, &world.directory);
        let mut lists = Lists::load(&Wanted {
            roster: file(asked.roster, &settings.roster).as_deref(),
            books: file(asked.books, &settings.books).as_deref(),
            previous: file(asked.previous, &settings.previous).as_deref(),
            template: file(asked.template, &settings.template).as_deref(),
            group_by: if !is_whole_set {
                &[]
            } else if asked.group_by.is_empty() {
                &settings.group_by
            } else {
                asked.group_by
            },
        })?;
        if !asked.shows_lists && asked.roster.is_none() && asked.books.is_none() {
            // The lists of the settings were shown when the settings were written, and are shown again with the result.
            lists.understood.clear();
        }
        let year = asked.year.or(settings.year);
        if let (Some(asked_year), Some(set)) = (asked.year, settings.year)
            && asked_year != set
            && asked.books.is_none()
            && settings.books.is_some()
        {
            world.complain(&lang.pick(
                format!(
                    "注意：设置的年度是 {set}，这次检查的是 {asked_year} 年度，核对用的仍是设置里的账和名单。不是同一年的，请用 --books、--roster 另外指定，或到没有设置的文件夹里运行。\n"
                ),
                format!(
                    "Note: the settings are for {set} and this run is for {asked_year}, with the settings' books and roster; name others with --books and --roster.\n"
                ),
            ));
        }
        if let Some(previous) = &lists.previous {
            refuse_same_year(previous, year)?;
        }
        let accepted = Accepted::new(settings.accept.iter().chain(asked.accept))
            .with_folder(settings.corrected.as_deref());
        let mut options = lists
            .options()
            .accept(accepted)
            .settled(settings.settled.iter().filter_map(|said| Some(said.rsplit_once('@')?.1)))
            .exclude_errors(asked.exclude_errors);
        if let Some(year) = year {
            options = options.fiscal_year(year);
        }
        if let Some(district) = &settings.district {
            options = options.district(district);
        }
        if let Some(profile) = &profile {
            options = options.profile(profile.choice.clone());
        }
        // A single form, or the folder of one department, says nothing about who else should have reported.
        let is_one = match asked.paths {
            [_] => !asked.is_whole_set && lists.is_one(asked.paths, &world.directory),
            // Some forms picked out, with the roster that the settings name for all.
            paths => {
                let is_file = |path: &PathBuf| {
                    world.directory.join(path).is_file() && !huizong_run::inputs::is_lines(path)
                };
                let is_of_settings = asked.roster.is_none() && settings.roster.is_some();
                !asked.is_whole_set && is_of_settings && paths.iter().all(is_file)
            }
        };
        if is_one {
            options = options.some_documents();
        }
        let plugins = Plugins::load(asked.plugins, asked.isolation, &settings, world)?;
        plugins.say_weakly_isolated(lang, world);
        Ok(Self {
            lists,
            paths: asked.paths.to_vec(),
            options,
            profile,
            jobs: asked
                .jobs
                .map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from),
            fail_on: fail_on.severity(),
            plugins,
            settings,
        })
    }

    /// The inputs, each with an id of its own, and the notices so far: of plugins and lists, then of files that are not read.
    fn find(&self, world: &World<'_>) -> Result<(Vec<Input>, Vec<Notice>), Error> {
        let found = self.find_all(world);
        inputs::refuse_same_ids(&found.inputs, &self.paths)?;
        let notices = self.notices_with(&found);
        Ok((found.inputs, notices))
    }

    /// What is under the paths. Two inputs may have one id: callers may give them other ones.
    fn find_all(&self, world: &World<'_>) -> Found {
        inputs::find(&self.paths, &world.directory, &self.lists.serving())
    }

    /// The notices so far: of plugins and lists, then of files that are not read.
    fn notices_with(&self, found: &Found) -> Vec<Notice> {
        self.notices_before().into_iter().chain(found.notices()).collect()
    }

    /// The notices of plugins and lists, which come before those about the inputs.
    fn notices_before(&self) -> Vec<Notice> {
        self.plugins.notices.iter().chain(&self.lists.notices).cloned().collect()
    }

    /// The bar for inputs that take a while.
    fn progress(inputs: &[Input], world: &World<'_>) -> Progress {
        let bytes = inputs::bytes(inputs);
        let is_long = inputs.len() > 20 || bytes > 64 << 20;
        Progress::new(bytes, world.interactive && is_long)
    }

    /// The job of reading and judging each document.
    fn job<'j>(&'j self, progress: &'j Progress) -> Job<'j> {
        Job {
            options: &self.options,
            digests: false,
            excerpts: false,
            keeps: Keeps::Rows,
            bytes: progress.bytes,
            plugins: &self.plugins.loaded,
            jobs: self.jobs,
            watch: progress,
        }
    }

    /// Prints which settings were in force, as totals depend on them.
    fn say_settings(&self, lang: Lang, world: &mut World<'_>) {
        let text = match &self.settings.file {
            Some(file) => format!("{}{}\n", lang.pick("设置：", "settings: "), file.display()),
            None => lang
                .pick("没有 huizong.toml，按默认设置。\n", "No huizong.toml: default settings.\n")
                .to_owned(),
        };
        world.complain(&text);
    }

    /// Looks for names of `accept` that mean no document. They may be for other folders: where nothing is undecided it is only said.
    fn refuse_unmatched(&self, outcome: &Outcome, lang: Lang, world: &mut World<'_>) -> Result<(), Error> {
        let unmatched = outcome.unmatched(&self.options)?;
        if !unmatched.is_empty() {
            let names = unmatched.join(lang.pick("、", ", "));
            world.complain(&lang.pick(
                format!("设置里指定以 {names} 为准，这次的表里没有这个文件，没有起作用；路径写错了的，请改 huizong.toml 里的 accept。\n"),
                format!("accept names {names}, which is not among these forms.\n"),
            ));
        }
        Ok(())
    }
}

/// Prints a notice on standard error.
fn say_notice(notice: &Notice, lang: Lang, world: &mut World<'_>) {
    world.complain(&(terminal::notice(notice, lang, world.ids) + "\n"));
}

/// Prints how the lists of a run were understood.
fn say_lists(common: &Common, lang: Lang, world: &mut World<'_>) {
    for notice in &common.lists.understood {
        say_notice(notice, lang, world);
    }
}

/// Prints the notices of a run on standard error.
fn say_notices(outcome: &Outcome, lang: Lang, world: &mut World<'_>) {
    // In one write, as there may be many.
    world.complain(&terminal::notices(outcome.settled.notices(), lang, world.ids));
    for (plugin, said) in &outcome.plugins.said {
        plugins::complain_for(plugin, said, world);
    }
}

/// The exit status: incomplete before findings.
fn exit_of(outcome: &Outcome, fail_on: Option<Severity>) -> Exit {
    if outcome.is_incomplete() {
        Exit::Incomplete
    } else if fail_on
        .is_some_and(|severity| outcome.settled.findings().iter().any(|finding| finding.severity >= severity))
    {
        Exit::Findings
    } else {
        Exit::Clean
    }
}
