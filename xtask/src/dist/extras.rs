//! What is the same in the archives of all platforms: the book, the schemas, the SDK for plugins, completions, the manual page, packages for other
//! languages.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{EPOCH, copy, output, triple};
use crate::{book, cargo, run};

/// The crates that plugins in Rust are built with.
const SDK: [&str; 3] = ["plugin-sdk", "plugin-abi", "schema"];

/// The shells that completions are written for.
const SHELLS: [(&str, &str); 5] = [
    ("bash", "huizong.bash"),
    ("zsh", "_huizong"),
    ("fish", "huizong.fish"),
    ("powershell", "huizong.ps1"),
    ("elvish", "huizong.elv"),
];

/// Makes all of it in a folder, and returns the folder.
pub(super) fn make(top: &Path, target: &Path) -> Result<PathBuf, String> {
    let folder = target.join("dist-extras");
    let _ = fs::remove_dir_all(&folder);
    let pages = book(target)?;
    let shells = printed_by_command(target)?;
    let lay = || -> io::Result<()> {
        for (language, pages) in ["zh", "en"].iter().zip(&pages) {
            copy(pages, &folder.join("book").join(language))?;
        }
        copy(&top.join("schemas"), &folder.join("schemas"))?;
        fs::remove_dir_all(folder.join("schemas/released"))?;
        for example in ["profiles", "templates"] {
            copy(&top.join("examples").join(example), &folder.join("examples").join(example))?;
        }
        sdk(top, &folder.join("sdk"))?;
        for (name, text) in &shells {
            let path = folder.join(name);
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(path, text)?;
        }
        Ok(())
    };
    lay().map_err(|error| format!("{}: {error}\n", folder.display()))?;
    let packages = folder.join("packages");
    fs::create_dir_all(&packages).map_err(|error| format!("{error}\n"))?;
    npm(top, &packages)?;
    Ok(folder)
}

/// The crates of the SDK as a workspace of their own: the same sources, with only these as members.
fn sdk(top: &Path, folder: &Path) -> io::Result<()> {
    for name in SDK {
        copy(&top.join("crates").join(name), &folder.join("crates").join(name))?;
    }
    let whole = fs::read_to_string(top.join("Cargo.toml"))?;
    let members = SDK.map(|name| format!("\"crates/{name}\"")).join(", ");
    let lines = whole.lines().map(|line| {
        if line.starts_with("members = ") { format!("members = [{members}]\n") } else { format!("{line}\n") }
    });
    fs::write(folder.join("Cargo.toml"), lines.collect::<String>())?;
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        copy(&top.join(licence), &folder.join(licence))?;
    }
    Ok(())
}

/// The completions and the manual pages, which the command prints: that of this machine, as the others cannot run here.
fn printed_by_command(target: &Path) -> Result<Vec<(String, String)>, String> {
    run(cargo().args(["build", "--quiet", "-p", "huizong", "--profile", "demo", "--no-default-features"]))?;
    let huizong = target.join("demo/huizong");
    let mut said = Vec::new();
    for (shell, file) in SHELLS {
        let text = output(Command::new(&huizong).args(["completions", shell, "--lang", "zh"]))?;
        said.push((format!("completions/{file}"), text));
    }
    for (language, folder) in [("zh", "man/zh_CN/man1"), ("en", "man/man1")] {
        let text = output(Command::new(&huizong).args(["man", "--lang", language]))?;
        said.push((format!("{folder}/huizong.1"), text));
    }
    Ok(said)
}

/// The npm package of the schemas.
fn npm(top: &Path, packages: &Path) -> Result<(), String> {
    let folder = top.join("integrations/npm");
    let npm = |arguments: &[&str]| {
        let mut npm = Command::new("npm");
        npm.args(arguments).current_dir(&folder).stdout(Stdio::null());
        npm
    };
    run(&mut npm(&["ci", "--silent"]))?;
    run(npm(&["pack", "--silent", "--pack-destination"]).arg(packages))
}

/// The Python package for a platform, if wheels are made for it.
pub(super) fn wheel(top: &Path, target: &str, flags: &str, packages: &Path) -> Result<(), String> {
    let mut maturin = Command::new(top.join(".ci/maturin"));
    maturin.args(["build", "--quiet", "--locked", "--profile", "dist", "--target", triple(target)]);
    maturin.args(["--manifest-path", "integrations/python/Cargo.toml", "--out"]).arg(packages);
    // Zig links against any version of glibc.
    if triple(target) != target {
        maturin.args(["--zig", "--compatibility", "manylinux2014"]);
    }
    maturin
        .env("RUSTFLAGS", flags)
        .env("CARGO_INCREMENTAL", "0")
        .env("SOURCE_DATE_EPOCH", EPOCH)
        .current_dir(top);
    run(&mut maturin)
}

/// The list of all that a platform's command is built from, in CycloneDX. No path of this machine is in it.
pub(super) fn bill(top: &Path, target: &str, place: &Path) -> Result<(), String> {
    /// The name of the file that the program writes beside each crate's manifest.
    const NAME: &str = "huizong.cdx";
    let mut cyclonedx = Command::new(top.join(".ci/cyclonedx"));
    cyclonedx.args([
        "-qq",
        "--manifest-path",
        "crates/cli/Cargo.toml",
        "--format",
        "json",
        "--spec-version",
        "1.5",
    ]);
    cyclonedx.args(["--target", triple(target), "--override-filename", NAME]);
    run(cyclonedx.env("SOURCE_DATE_EPOCH", EPOCH).current_dir(top))?;
    let wrote = |error: io::Error| format!("{}: {error}\n", place.display());
    let text = fs::read_to_string(top.join(format!("crates/cli/{NAME}.json"))).map_err(wrote)?;
    let manifests = output(Command::new("git").args(["ls-files", "*Cargo.toml"]).current_dir(top))?;
    for manifest in manifests.lines() {
        let _ = fs::remove_file(top.join(manifest).with_file_name(format!("{NAME}.json")));
    }
    fs::write(place, text.replace(&format!("file://{}", top.display()), "file:///huizong")).map_err(wrote)
}
