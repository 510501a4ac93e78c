//! The subcommands.

mod annotate;
mod check;
mod consolidate;
mod convert;
mod diff;
mod figure;
mod plugin;
mod plugins;
mod show;
mod template;
mod verify;

use std::path::{Path, PathBuf};
use std::thread;

use clap::ArgMatches;
use huizong_core::Entry;
use huizong_core::Lang;
use huizong_forms::profile::{Profile, built_in};
use huizong_report::terminal;
use huizong_schema::findings::{Notice, Severity};

use crate::exit::{Error, Exit};
use crate::inputs::Input;
use crate::lists::{Consulted, Lists, Wanted};
use crate::pipeline::{Batch, Job};
use crate::settings::Settings;
use crate::world::World;
use plugins::Plugins;

/// Runs the subcommand that was asked for.
pub(crate) fn run(matches: &ArgMatches, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    match matches.subcommand() {
        Some(("annotate", args)) => annotate::run(args, lang, world),
        Some(("check", args)) => check::run(args, lang, world),
        Some(("consolidate", args)) => consolidate::run(args, lang, world),
        Some(("diff", args)) => diff::run(args, lang, world),
        Some(("convert", args)) => convert::run(args, lang, world),
        Some(("verify", args)) => verify::run(args, lang, world),
        Some(("template", args)) => template::run(args, lang, world),
        Some(("schema", args)) => Ok(show::schema(args, world)),
        Some(("rule" | "explain", args)) => match flag::<PathBuf>(args, "in") {
            Some(folder) => figure::run(args, folder, lang, world),
            None => show::rule(args, lang, world),
        },
        Some(("plugin", args)) => plugin::run(args, lang, world),
        Some(("completions", args)) => Ok(show::completions(args, lang, world)),
        Some(("man", _)) => show::man(lang, world),
        _ => Ok(Exit::Failed),
    }
}

/// A flag that not every subcommand has.
fn flag<'a, T: Clone + Send + Sync + 'static>(args: &'a ArgMatches, name: &str) -> Option<&'a T> {
    args.try_get_one::<T>(name).ok().flatten()
}

/// What `check`, `consolidate` and `annotate` share: flags, with the settings behind them.
struct Common {
    paths: Vec<PathBuf>,
    settings: Settings,
    year: Option<u16>,
    profile: Option<ProfileChoice>,
    jobs: usize,
    fail_on: Option<Severity>,
    plugins: Plugins,
    lists: Lists,
}

impl Common {
    fn new(args: &ArgMatches, world: &mut World<'_>) -> Result<Self, Error> {
        let settings = Settings::load(world)?;
        let paths: Vec<PathBuf> = args.get_many::<PathBuf>("paths").into_iter().flatten().cloned().collect();
        let fail_on =
            flag::<String>(args, "fail-on").or(settings.fail_on.as_ref()).map_or("error", String::as_str);
        let fail_on = match fail_on {
            "error" => Some(Severity::Error),
            "warning" => Some(Severity::Warning),
            "never" => None,
            other => {
                return Err(Error::new(
                    format!("设置 fail_on 只能是 error、warning 或 never，而不是 {other}"),
                    format!("the setting fail_on is error, warning or never, not {other}"),
                ));
            }
        };
        let profile = args.get_one::<String>("profile").or(settings.profile.as_ref());
        let profile = profile.map(|name| ProfileChoice::find(name, &world.directory)).transpose()?;
        let file = |name: &str, set: &Option<PathBuf>| {
            flag::<PathBuf>(args, name).map(|path| world.directory.join(path)).or_else(|| set.clone())
        };
        // Who looks at one form does not ask who else is missing.
        let is_whole_set = args.try_contains_id("formats").is_ok()
            || paths.iter().any(|path| path.as_os_str() == "-" || world.directory.join(path).is_dir());
        let asked: Vec<String> =
            args.try_get_many("group-by").ok().flatten().into_iter().flatten().cloned().collect();
        let lists = Lists::load(&Wanted {
            roster: flag::<PathBuf>(args, "roster")
                .map(|path| world.directory.join(path))
                .or_else(|| settings.roster.clone().filter(|_| is_whole_set))
                .as_deref(),
            books: file("books", &settings.books).as_deref(),
            previous: file("previous", &settings.previous).as_deref(),
            template: file("template", &settings.template).as_deref(),
            group_by: if !is_whole_set {
                &[]
            } else if asked.is_empty() {
                &settings.group_by
            } else {
                &asked
            },
        })?;
        Ok(Self {
            lists,
            paths,
            year: args.get_one::<u16>("year").copied().or(settings.year),
            profile,
            jobs: flag::<u16>(args, "jobs").map_or_else(
                || thread::available_parallelism().map_or(1, usize::from),
                |jobs| usize::from(*jobs),
            ),
            fail_on,
            plugins: Plugins::load(args, &settings, world)?,
            settings,
        })
    }
}

impl Common {
    /// What is asked of every document.
    fn job(&self, inputs: &[Input], world: &World<'_>) -> Job<'_> {
        let size = |input: &Input| {
            input.path.as_ref().and_then(|path| path.metadata().ok()).map_or(0, |data| data.len())
        };
        let bytes: u64 = inputs.iter().map(size).sum();
        let is_long = inputs.len() > 20 || bytes > 64 << 20;
        Job {
            settings: huizong_core::Settings {
                year: self.year,
                books: self.lists.books.clone(),
                previous: self.lists.previous.clone(),
            },
            frame: self.lists.frame(),
            profile: self.profile.as_ref().map(ProfileChoice::get),
            digests: false,
            excerpts: false,
            exclude_errors: false,
            accept: &self.settings.accept,
            plugins: &self.plugins.loaded,
            jobs: self.jobs,
            progress: (world.interactive && is_long).then_some(bytes),
        }
    }
}

impl Common {
    /// Says which settings held: totals depend on them. A name that settles nothing is said too.
    fn say_settings(&self, entries: &[Entry], lang: Lang, world: &mut World<'_>) {
        let text = match &self.settings.file {
            Some(file) => format!("{}{}\n", lang.pick("设置：", "settings: "), file.display()),
            None => lang
                .pick("没有 huizong.toml，按默认设置。\n", "No huizong.toml: default settings.\n")
                .to_owned(),
        };
        world.complain(&text);
        for name in &self.settings.accept {
            if !entries.iter().any(|entry| entry.document == *name) {
                world.complain(&lang.pick(
                    format!("设置中 accept 的“{name}”与读到的任何文件都对不上；文件名从命令里写的文件夹算起。\n"),
                    format!("accept names \"{name}\", and no file read is called so; names begin below the folder given.\n"),
                ));
            }
        }
    }
}

/// A profile that was asked for by name.
enum ProfileChoice {
    BuiltIn(&'static Profile),
    Loaded(Box<Profile>, Consulted),
}

impl ProfileChoice {
    fn find(name: &str, folder: &Path) -> Result<Self, Error> {
        if let Some(profile) = built_in().iter().find(|profile| profile.id == name) {
            return Ok(Self::BuiltIn(profile));
        }
        let names = built_in().iter().map(|profile| profile.id.as_str()).collect::<Vec<_>>().join(", ");
        let path = folder.join(name);
        let text = std::fs::read_to_string(&path).map_err(|error| {
            let zh = format!("没有版式 {name}（内置的有 {names}；也可给出 TOML 文件）");
            Error::new(zh, format!("no profile {name} (built in: {names}; a TOML file may be named too)"))
                .because(error)
        })?;
        let faulty = |error: huizong_forms::profile::ProfileError| {
            Error::new(format!("版式 {name} 有误：{error}"), format!("the profile {name} is faulty: {error}"))
        };
        let profile = Profile::parse(&text).map_err(faulty)?;
        let file = Consulted { role: "profile", path, bytes: text.into_bytes() };
        Ok(Self::Loaded(Box::new(profile), file))
    }

    fn get(&self) -> &Profile {
        match self {
            Self::BuiltIn(profile) => profile,
            Self::Loaded(profile, _) => profile,
        }
    }

    /// The file that it was read from, if it is none of the built-in ones.
    fn file(&self) -> Option<&Consulted> {
        match self {
            Self::BuiltIn(_) => None,
            Self::Loaded(_, file) => Some(file),
        }
    }
}

/// Says a notice on standard error.
fn say_notice(notice: &Notice, lang: Lang, world: &mut World<'_>) {
    world.complain(&(terminal::notice(notice, lang) + "\n"));
}

/// Says the notices on standard error.
fn say_notices(batch: &Batch, lang: Lang, world: &mut World<'_>) {
    // At once: there may be many.
    let text: String = batch.notices.iter().map(|notice| terminal::notice(notice, lang) + "\n").collect();
    world.complain(&text);
    for (plugin, said) in &batch.said {
        plugins::complain_for(plugin, said, world);
    }
}

/// The exit status: incomplete before findings.
fn exit_of(batch: &Batch, fail_on: Option<Severity>) -> Exit {
    if batch.is_incomplete() {
        Exit::Incomplete
    } else if fail_on
        .is_some_and(|severity| batch.findings.iter().any(|finding| finding.severity >= severity))
    {
        Exit::Findings
    } else {
        Exit::Clean
    }
}

/// The profile to write a document by: the one asked for, the one that it was read by, or else the one that shows most.
fn profile_to_write<'p>(asked: Option<&'p Profile>, read: &huizong_forms::Read) -> &'p Profile {
    let own = || built_in().iter().find(|profile| Some(&profile.id) == read.profile.as_ref());
    asked.or_else(own).unwrap_or_else(|| huizong_forms::best_profile(&read.draft))
}

fn no_layout(profile: &Profile) -> Error {
    let id = &profile.id;
    Error::new(
        format!("版式 {id} 没有 [layout]，不能按它写表"),
        format!("the profile {id} has no [layout], so no form can be written by it"),
    )
}
