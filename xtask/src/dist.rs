//! `cargo xtask dist`: archives that can be unpacked and used, the same bytes whenever they are made.

mod extras;

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A platform that archives are made for.
struct Platform {
    /// Its name in the archive's.
    name: &'static str,
    /// Its name for people.
    shown: &'static str,
    /// The target of `.ci/cargo-for`.
    target: &'static str,
    is_windows: bool,
    /// Whether the archive has a Python package.
    has_wheel: bool,
}

/// The second that stands for now where what is built notes when it was built, as C code does: 1 January 2000.
const EPOCH: &str = "946684800";

/// glibc 2.17 is that of CentOS 7, Kylin V10 and UOS 20 have later ones; LoongArch begins with 2.36.
const PLATFORMS: [Platform; 4] = [
    Platform {
        name: "linux-x86_64",
        shown: "Linux（x86_64）",
        target: "x86_64-unknown-linux-gnu.2.17",
        is_windows: false,
        has_wheel: true,
    },
    Platform {
        name: "linux-aarch64",
        shown: "Linux（aarch64）",
        target: "aarch64-unknown-linux-gnu.2.17",
        is_windows: false,
        has_wheel: true,
    },
    Platform {
        name: "linux-loongarch64",
        shown: "Linux（loongarch64）",
        target: "loongarch64-unknown-linux-gnu.2.36",
        is_windows: false,
        // Its standard library is built with it, which maturin does not do.
        has_wheel: false,
    },
    Platform {
        name: "windows-x86_64",
        shown: "Windows 10 及以上（x86_64）",
        target: "x86_64-pc-windows-gnu",
        is_windows: true,
        has_wheel: true,
    },
];

/// The plugins that come with the command.
const PLUGINS: [&str; 2] = ["tianhe", "lens"];

/// Makes the archives of the platforms named, or of all, in `target/dist-archives`.
pub(crate) fn dist(top: &Path, target: &Path, names: &[&str]) -> Result<(), String> {
    let unknown = names.iter().find(|name| !PLATFORMS.iter().any(|platform| platform.name == **name));
    if let Some(unknown) = unknown {
        let known: Vec<&str> = PLATFORMS.iter().map(|platform| platform.name).collect();
        return Err(format!("no platform {unknown}; there are {}\n", known.join(", ")));
    }
    let place = target.join("dist-archives");
    fs::create_dir_all(&place).map_err(|error| format!("{}: {error}\n", place.display()))?;
    let version = env!("CARGO_PKG_VERSION");
    let extras = extras::make(top, target)?;
    for platform in PLATFORMS.iter().filter(|platform| names.is_empty() || names.contains(&platform.name)) {
        build(top, platform)?;
        let name = format!("huizong-{version}-{}", platform.name);
        lay_out(top, target, &place, &name, platform).map_err(|error| format!("{name}: {error}\n"))?;
        let folder = place.join(&name);
        copy(&extras, &folder).map_err(|error| format!("{name}: {error}\n"))?;
        if platform.has_wheel {
            extras::wheel(top, platform.target, &flags(top, platform), &folder.join("packages"))?;
        }
        extras::bill(top, platform.target, &folder.join("huizong.cdx.json"))?;
        let archive = sums(&folder)
            .and_then(|()| pack(&place, &name, platform.is_windows))
            .map_err(|error| format!("{name}: {error}\n"))?;
        let digest = output(Command::new("sha256sum").arg(&archive).current_dir(&place))?;
        fs::write(place.join(format!("{archive}.sha256")), &digest).map_err(|error| format!("{error}\n"))?;
        let _ = io::stdout().write_all(digest.as_bytes());
    }
    Ok(())
}

/// A target without the version of glibc.
fn triple(target: &str) -> &str {
    target.split_once('.').map_or(target, |(triple, _)| triple)
}

/// The flags of the compiler: no path of this machine is in what is built.
fn flags(top: &Path, platform: &Platform) -> String {
    let home = std::env::var("CARGO_HOME")
        .unwrap_or_else(|_| format!("{}/.cargo", std::env::var("HOME").unwrap_or_default()));
    let mut flags = format!("--remap-path-prefix={home}=cargo --remap-path-prefix={}=huizong", top.display());
    if platform.is_windows {
        // The linker would write the time into the program.
        flags += " -C link-arg=-Wl,--no-insert-timestamp";
    }
    flags
}

/// Builds the command and the plugins.
fn build(top: &Path, platform: &Platform) -> Result<(), String> {
    let mut cargo = Command::new(top.join(".ci/cargo-for"));
    cargo.args([platform.target, "build", "--locked", "--profile", "dist", "-p", "huizong"]);
    if !platform.is_windows {
        cargo.args(PLUGINS.iter().flat_map(|plugin| ["-p".to_owned(), format!("huizong-{plugin}")]));
    }
    cargo
        .env("RUSTFLAGS", flags(top, platform))
        .env("CARGO_INCREMENTAL", "0")
        .env("SOURCE_DATE_EPOCH", EPOCH)
        .env("HUIZONG_DIST", "1")
        .current_dir(top);
    super::run(&mut cargo)
}

/// Puts everything of an archive into a folder of its name.
fn lay_out(top: &Path, target: &Path, place: &Path, name: &str, platform: &Platform) -> io::Result<()> {
    let folder = place.join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let built = target.join(triple(platform.target)).join("dist");
    let exe = if platform.is_windows { ".exe" } else { "" };
    copy(&built.join(format!("huizong{exe}")), &folder.join(format!("huizong{exe}")))?;
    copy(&top.join("examples/district"), &folder.join("examples/district"))?;
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        copy(&top.join(licence), &folder.join(licence))?;
    }
    if !platform.is_windows {
        for plugin in PLUGINS {
            let file = format!("libhuizong_{plugin}.so");
            copy(&built.join(&file), &folder.join("plugins").join(&file))?;
        }
    }
    // A mark of UTF-8, for the editor of Windows.
    fs::write(folder.join("使用说明.txt"), format!("\u{feff}{}", guide(platform)))
}

/// Writes the digests of all files of a folder into it.
fn sums(folder: &Path) -> io::Result<()> {
    let files = files(folder)?;
    let sums =
        output(Command::new("sha256sum").args(&files).current_dir(folder)).map_err(io::Error::other)?;
    fs::write(folder.join("SHA256SUMS"), sums)
}

/// One page that says how to begin.
fn guide(platform: &Platform) -> String {
    let (slash, exe) = if platform.is_windows { ("\\", ".exe") } else { ("/", "") };
    let (open, plugins, sums) = if platform.is_windows {
        (
            "  打开解压出来的文件夹，点一下窗口上方的地址栏，输入 cmd，按回车。",
            "  Windows 版目前不能运行插件，内置的检查不受影响；要用插件，请用 Linux 版。",
            "  certutil -hashfile huizong.exe SHA256\n  得到的一串字符应与 SHA256SUMS 里 huizong.exe 那一行相同。",
        )
    } else {
        (
            "  在解压出来的文件夹里点右键，选“在终端中打开”。",
            "  plugins 文件夹里有两个例子，用法：\n  huizong check 各部门报表 --plugin plugins/libhuizong_tianhe.so",
            "  sha256sum -c SHA256SUMS",
        )
    };
    let text = include_str!("dist/guide.txt")
        .replace("{version}", env!("CARGO_PKG_VERSION"))
        .replace("{system}", platform.shown)
        .replace("{open}", open)
        .replace("{plugins}", plugins)
        .replace("{sums}", sums)
        .replace("{example}", &format!("examples{slash}district"))
        .replace("{up}", &format!("..{slash}..{slash}"))
        .replace("{slash}", slash)
        .replace("{exe}", exe);
    let text = if platform.is_windows { text } else { text.replace("  huizong", "  ./huizong") };
    if platform.is_windows { text.replace('\n', "\r\n") } else { text }
}

/// Packs the files named on standard input. Python says of Chinese names that they are UTF-8, which the `zip` of Debian does not, and
/// gives each entry the first moment that an archive can hold.
const ZIP: &str = r#"
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as archive:
    for name in sys.stdin.read().splitlines():
        entry = zipfile.ZipInfo(name)
        entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
        with open(name, "rb") as file:
            archive.writestr(entry, file.read(), compresslevel=9)
"#;

/// Packs a folder into an archive without times, owners or an order of the file system's, and returns the archive's name.
fn pack(place: &Path, name: &str, is_windows: bool) -> io::Result<String> {
    let mut names: Vec<String> =
        files(&place.join(name))?.into_iter().map(|file| format!("{name}/{}", file.display())).collect();
    names.sort();
    let list = names.join("\n");
    let archive = format!("{name}.{}", if is_windows { "zip" } else { "tar.gz" });
    let _ = fs::remove_file(place.join(&archive));
    if is_windows {
        let mut python = Command::new("python3");
        python.args(["-c", ZIP, &archive]).current_dir(place);
        fed(&mut python, &list)?;
    } else {
        let mut tar = Command::new("tar");
        tar.args([
            "--mtime=@0",
            "--owner=0",
            "--group=0",
            "--numeric-owner",
            "--mode=go=rX,u+rw",
            "-I",
            "gzip -9 -n",
        ])
        .args(["-cf", &archive, "-T", "-"])
        .current_dir(place);
        fed(&mut tar, &list)?;
    }
    Ok(archive)
}

/// Runs a program with a text as its input.
fn fed(command: &mut Command, text: &str) -> io::Result<()> {
    let mut child = command.stdin(Stdio::piped()).spawn()?;
    child.stdin.take().map_or(Ok(()), |mut input| input.write_all(text.as_bytes()))?;
    let status = child.wait()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("{command:?}: {status}"))) }
}

fn output(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}\n"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)))
    }
}

/// All files of a folder, relative to it, sorted.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let (mut found, mut waiting) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap_or(&path).to_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Copies a file, or a folder with all in it.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        to.parent().map_or(Ok(()), fs::create_dir_all)?;
        return fs::copy(from, to).map(drop);
    }
    for file in files(from)? {
        copy(&from.join(&file), &to.join(&file))?;
    }
    Ok(())
}
