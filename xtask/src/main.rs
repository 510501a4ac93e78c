//! Runs cargo for a maintainer: `cargo xtask demo`, `cargo xtask gen`, `cargo xtask gen --check`, `cargo xtask messages`, `cargo xtask conformance`, `cargo xtask book`, `cargo xtask dist`.

mod dist;
mod messages;

use std::env::consts::EXE_EXTENSION;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const USAGE: &str = "\
usage: cargo xtask demo          build the command once and consolidate the example district
       cargo xtask gen           write the generated files
       cargo xtask gen --check   fail if a generated file is stale
       cargo xtask messages      list every Chinese text of the program, to be read through
       cargo xtask conformance [--with NAME,NAME]
                                 run the conformance suite with independent validators, installed for that
       cargo xtask book          make the pages of the book with mdBook, in both languages, and follow their links
       cargo xtask schema-compat OLD NEW
                                 say how two versions of a schema differ, with an example of each difference
       cargo xtask dist [NAME]   make the archives that are handed out, of all platforms or of those named
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["demo"] => demo(),
        ["gen"] => generated_files(true),
        ["gen", "--check"] => generated_files(false),
        ["messages"] => messages::messages(top())
            .and_then(|list| io::stdout().write_all(list.as_bytes()))
            .map_err(|error| format!("{error}\n")),
        ["conformance"] => conformance(VALIDATORS),
        ["conformance", "--with", names] => conformance(names),
        ["book"] => target().and_then(|target| book(&target).map(drop)),
        ["schema-compat", old, new] => schema_compat(old, new),
        ["dist", ref names @ ..] => target().and_then(|target| dist::dist(top(), &target, names)),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            say(&why);
            ExitCode::FAILURE
        }
    }
}

/// Builds the command and the district's plugin, and consolidates the example district with them. The command says in the
/// end what to open.
fn demo() -> Result<(), String> {
    // Parquet is a large dependency, and nobody looks at its files.
    let features = ["--profile", "demo", "--no-default-features"];
    run(cargo().arg("build").args(features).args(["-p", "huizong", "-p", "huizong-tianhe"]))?;
    let target = target()?;
    let built = target.join("demo");
    let mut huizong = Command::new(built.join("huizong").with_extension(EXE_EXTENSION));
    huizong.args(["consolidate", "forms", "--fail-on", "never", "-o"]).arg(target.join("district"));
    // Plugins run only on Linux.
    if cfg!(target_os = "linux") {
        huizong.arg("--plugin").arg(built.join("libhuizong_tianhe.so"));
    }
    run(huizong.current_dir(top().join("examples/district")))
}

/// Writes the generated files, or compares them.
fn generated_files(write: bool) -> Result<(), String> {
    // The test that knows them, built as `cargo test --workspace` builds it, so that neither builds anything again.
    let suite = ["--test", "suite", "--", "--exact", "generated::files_are_fresh"];
    let mut test = cargo();
    test.args(["test", "--quiet", "--workspace"]).args(suite);
    if write {
        test.env("HUIZONG_GEN", "write");
    }
    run(&mut test)
}

/// Compares two versions of a schema. The program for that is among the tests, where the validator is built anyway.
fn schema_compat(old: &str, new: &str) -> Result<(), String> {
    let program = ["run", "--quiet", "-p", "huizong-tests", "--bin", "schema-compat", "--"];
    let paths = [old, new].map(|path| std::env::current_dir().unwrap_or_default().join(path));
    match cargo().args(program).args(paths).status() {
        Ok(status) if status.code() == Some(0) => Ok(()),
        Ok(status) if status.code() == Some(1) => Err("the two versions differ\n".to_owned()),
        Ok(_) => Err("the two versions could not be compared\n".to_owned()),
        Err(error) => Err(format!("cargo: {error}\n")),
    }
}

/// The validators that the conformance suite is run with.
const VALIDATORS: &str = "ajv,hyperjump,python-jsonschema,jsonschema-rs,sourcemeta,boon";

/// Runs the conformance suite with other validators. Needs Node and Python.
fn conformance(names: &str) -> Result<(), String> {
    let tools = target()?.join("validators");
    let mut agree = Command::new("python3");
    agree.arg("tests/validators/agree/agree.py").arg(tools).args(names.split(',')).current_dir(top());
    run(&mut agree)
}

/// Makes the pages of the book. Returns the folder of each language's.
fn book(target: &Path) -> Result<[PathBuf; 2], String> {
    let folder = target.join("book");
    let program = ["run", "--quiet", "-p", "huizong-tests", "--bin", "book", "--"];
    run(cargo().args(program).arg(&folder))?;
    let mdbook =
        Command::new(top().join(".ci/mdbook")).output().map_err(|error| format!(".ci/mdbook: {error}\n"))?;
    let mdbook = String::from_utf8_lossy(&mdbook.stdout).trim().to_owned();
    let languages = ["zh", "en"].map(|language| folder.join(language));
    for language in &languages {
        run(Command::new(&mdbook).arg("build").arg(language))?;
    }
    let pages = languages.map(|language| language.join("book"));
    run(Command::new("python3").arg(top().join("tests/book/links.py")).args(&pages))?;
    Ok(pages)
}

fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(top());
    cargo
}

fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{program}: {status}\n")),
        Err(error) => Err(format!("{program}: {error}\n")),
    }
}

/// The top of the repository.
fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Cargo's target folder: this program is in a profile's folder of it.
fn target() -> Result<PathBuf, String> {
    let program = std::env::current_exe().map_err(|error| format!("{error}\n"))?;
    let target = program.ancestors().nth(2).map(Path::to_owned);
    target.ok_or_else(|| "xtask is not in a target folder\n".to_owned())
}

fn say(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}
