//! The command `huizong`, as a library so that tests and generators can run it.
//!
//! This crate has what a library must not have: arguments, settings, the output folder, the receipt and the terminal. It decides
//! nothing about forms or figures: `huizong-run` reads and checks the files of a folder with `huizong-engine`, `huizong-report` makes
//! files of the results, `huizong-plugin-host` runs plugins.
//!
//! By module: `args` and `usage_zh` (the command line in both languages), `settings` (`huizong.toml`), `commands` (one file per
//! subcommand), `folder` (the folder of a result), `progress`, `exit`, `greeting` (what a double click says), `world` (streams,
//! environment, working directory).
//!
//! Read first: [`run`] (one invocation), `args` (its arguments), and `commands`.

mod args;
mod commands;
mod dashes;
mod exit;
mod folder;
mod greeting;
mod names;
mod progress;
mod settings;
mod usage_zh;
mod world;

use std::ffi::OsString;
use std::io::IsTerminal;
use std::process::ExitCode;

use clap::FromArgMatches;
use huizong_core::Lang;
use huizong_report::terminal::visible;

use args::{Cli, Language};

pub use args::command;
pub use exit::Exit;
pub use world::World;

/// Runs one invocation: arguments without the program's name, and the world that it may touch.
pub fn run(arguments: impl IntoIterator<Item = OsString>, world: &mut World<'_>) -> Exit {
    let mut arguments: Vec<OsString> = std::iter::once("huizong".into()).chain(arguments).collect();
    // `help` and `help check` ask for what `--help` and `check --help` print.
    if arguments.get(1).is_some_and(|first| first == "help") {
        arguments.remove(1);
        arguments.push("--help".into());
    }
    let lang = settings::language(&arguments, world);
    if let Some(text) = greeting::greeting(&arguments[1..], world, lang) {
        world.complain(&visible(&text));
        return Exit::Failed;
    }
    if let Err(error) = dashes::refuse_dashes(&arguments[1..], &world.directory) {
        return failed(&error, lang, world);
    }
    let parse = |lang| {
        let matches = args::command(lang).try_get_matches_from(&arguments);
        matches.and_then(|matches| Cli::from_arg_matches(&matches))
    };
    // Help in Chinese takes a while to put together, and only help and mistakes show it.
    let parsed = parse(Lang::En).or_else(|error| if lang == Lang::Zh { parse(lang) } else { Err(error) });
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            // Help and the version are printed as results; anything else is a usage error.
            let text =
                if world.colours { error.render().ansi().to_string() } else { error.render().to_string() };
            return if error.use_stderr() {
                let chinese = if lang == Lang::Zh { usage_zh::mistake(&error) } else { None };
                world.complain(&chinese.unwrap_or(text));
                Exit::Failed
            } else {
                world.show(&text)
            };
        }
    };
    let lang = cli.lang.and_then(Language::messages).unwrap_or(lang);
    // In Chinese it is for offices, where ids say nothing; developers read English.
    world.ids = cli.ids || lang == Lang::En;
    match commands::run(&cli.command, lang, world) {
        Ok(exit) => exit,
        Err(error) if error.is_broken_pipe() => Exit::Clean,
        Err(error) => failed(&error, lang, world),
    }
}

fn failed(error: &exit::Error, lang: Lang, world: &mut World<'_>) -> Exit {
    let failed = lang.pick("出错：", "huizong: error: ");
    world.complain(&visible(&format!("{failed}{}\n", error.say(lang))));
    Exit::Failed
}

/// Runs the invocation of this process.
pub fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    if std::env::args_os().nth(1).is_some_and(|first| first == huizong_plugin_host::worker::SUBCOMMAND) {
        use std::io::Write as _;
        let orders: Vec<OsString> = std::env::args_os().skip(2).collect();
        let exit = match huizong_plugin_host::worker::serve(&orders) {
            Ok(()) => Exit::Clean,
            Err(why) => {
                // The command shows what a failed worker wrote last.
                let _ = writeln!(std::io::stderr(), "worker: {why}");
                Exit::Failed
            }
        };
        return ExitCode::from(exit as u8);
    }
    let mut stdin = std::io::stdin().lock();
    let mut stdout = std::io::BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let mut stderr = std::io::stderr().lock();
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let encoding = |is_terminal: bool| {
        if is_terminal { encoding_rs::UTF_8 } else { huizong_platform::console::redirected() }
    };
    let colours = std::io::stdout().is_terminal() && variable("NO_COLOR").is_none();
    let program = std::env::current_exe().unwrap_or_else(|_| "huizong".into());
    let directory = std::env::current_dir().unwrap_or_else(|_| ".".into());
    let interactive = std::io::stderr().is_terminal();
    let mut world = World {
        stdin: &mut stdin,
        stdout: &mut stdout,
        stdout_encoding: encoding(std::io::stdout().is_terminal()),
        stderr: &mut stderr,
        stderr_encoding: encoding(interactive),
        variable: &variable,
        directory,
        program,
        colours,
        interactive,
        width: variable("COLUMNS").and_then(|columns| columns.parse().ok()).unwrap_or(100),
        ids: false,
    };
    let exit = run(wild::args_os().skip(1), &mut world);
    let exit = match world.stdout.flush() {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            world.complain(&format!("huizong: {error}\n"));
            Exit::Failed
        }
        _ => exit,
    };
    if huizong_platform::console::closes_at_the_end() {
        world.complain("\n按回车键关闭窗口 · Press Enter to close\n");
        let _ = world.stdin.read(&mut [0]);
    }
    ExitCode::from(exit as u8)
}
