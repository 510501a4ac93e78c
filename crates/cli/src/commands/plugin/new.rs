//! `huizong plugin new`: the source of a plugin that builds and passes.

use std::fs;
use std::path::{Path, PathBuf};

use huizong_core::Lang;
use huizong_plugin_host::HEADER;
use huizong_run::files::cannot_write;
use huizong_run::paths::relative;

use crate::args::{Language, NewPluginArgs};
use crate::exit::{Error, Exit};
use crate::world::World;

/// The source of this command. What is handed out has no path of the machine that built it.
const BUILT_FROM: Option<&str> =
    if option_env!("HUIZONG_DIST").is_some() { None } else { Some(env!("CARGO_MANIFEST_DIR")) };

/// The manifest of the plugins that are not in Rust, which the C source has in itself.
const MINIMAL: &str = include_str!("template/minimal.json.in");

/// The files of a plugin, by their names, and the commands that build and try it. `@FILE@` is its name as a word, `@LIBRARY@` the library's.
struct Source {
    files: &'static [(&'static str, &'static str)],
    /// Where the library is when it is built.
    library: &'static str,
    /// The commands that build it, and those that have it run on old systems.
    build: &'static [&'static str],
    old: &'static [&'static str],
    /// The file with the checks.
    checks: &'static str,
    /// The file with the rules.
    rules: &'static str,
}

const RUST: Source = Source {
    files: &[
        ("Cargo.toml", include_str!("template/rust/Cargo.toml.in")),
        ("src/lib.rs", include_str!("template/rust/lib.rs.in")),
        ("manifest.json", include_str!("template/rust/manifest.json.in")),
        (".gitignore", "/target\n"),
    ],
    library: "target/release/@LIBRARY@",
    build: &["cargo test", "cargo build --release"],
    old: &[
        "pip install cargo-zigbuild ziglang",
        "cargo zigbuild --release --target x86_64-unknown-linux-gnu.2.17",
    ],
    checks: "src/lib.rs",
    rules: "manifest.json",
};

const C: Source = Source {
    files: &[
        ("@FILE@.c", include_str!("template/c/plugin.c.in")),
        ("huizong_plugin.h", HEADER),
        (".gitignore", "*.so\n"),
    ],
    library: "./@LIBRARY@",
    build: &["cc -std=c99 -Wall -Wextra -O2 -shared -fPIC -I . -o @LIBRARY@ @FILE@.c"],
    old: &[
        "pip install ziglang",
        "python3 -m ziglang cc -target x86_64-linux-gnu.2.17 -std=c99 -O2 -shared -fPIC -I . -o @LIBRARY@ @FILE@.c",
    ],
    checks: "@FILE@.c",
    rules: "@FILE@.c",
};

const ZIG: Source = Source {
    files: &[
        ("@FILE@.zig", include_str!("template/zig/plugin.zig.in")),
        ("manifest.json", MINIMAL),
        ("huizong_plugin.h", HEADER),
        (".gitignore", "*.so\n*.so.o\n.zig-cache\n"),
    ],
    library: "./@LIBRARY@",
    build: &["zig build-lib -dynamic -O ReleaseSafe -lc -I. -femit-bin=@LIBRARY@ @FILE@.zig"],
    old: &[
        "zig build-lib -dynamic -O ReleaseSafe -lc -target x86_64-linux-gnu.2.17 -I. -femit-bin=@LIBRARY@ @FILE@.zig",
    ],
    checks: "@FILE@.zig",
    rules: "manifest.json",
};

const PYTHON: Source = Source {
    files: &[
        ("plugin.py", include_str!("template/python/plugin.py.in")),
        ("build.py", include_str!("template/python/build.py.in")),
        ("manifest.json", MINIMAL),
        ("huizong_plugin.h", HEADER),
        (".gitignore", "*.so\n/build\n"),
    ],
    library: "./@LIBRARY@",
    build: &["python3 build.py"],
    old: &[],
    checks: "plugin.py",
    rules: "manifest.json",
};

const fn source(language: Language) -> &'static Source {
    match language {
        Language::C => &C,
        Language::Zig => &ZIG,
        Language::PythonCffi => &PYTHON,
        Language::Rust | Language::Zh | Language::En => &RUST,
    }
}

pub(super) fn run(args: &NewPluginArgs, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let name = &*args.name;
    if !huizong_plugin_host::is_kebab(name) {
        return Err(Error::new(
            format!("插件名“{name}”应由小写字母、数字和连字符组成，以字母开头，最多 64 个字符"),
            format!("\"{name}\" is no plugin's name: lower-case letters, digits and hyphens, at most 64"),
        ));
    }
    let language = args.lang.unwrap_or(Language::Rust);
    let source = source(language);
    let folder = world.directory.join(name);
    let sdk = match language {
        Language::C | Language::Zig | Language::PythonCffi => String::new(),
        _ => sdk(args.sdk.as_ref(), &folder, world)?,
    };
    if folder.exists() {
        return Err(Error::new(
            format!("{name} 已经存在，没有写出；请换一个名字，或先把它移走"),
            format!("{name} exists already: take another name, or move it away"),
        ));
    }
    let filled = |text: &str| fill(text, name, &sdk);
    for (path, text) in source.files {
        let path = folder.join(filled(path));
        let parent = path.parent().unwrap_or(&folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, filled(text)))
            .map_err(|error| cannot_write(&path, error))?;
    }
    Ok(world.show(&filled(&steps(source, lang))))
}

/// Fills in the name of a plugin, and where the SDK is.
fn fill(text: &str, name: &str, sdk: &str) -> String {
    let file = name.replace('-', "_");
    // The C source has the manifest in itself, so it comes first.
    text.replace("@MANIFEST@", MINIMAL.trim_end())
        .replace("@LIBRARY@", &format!("lib{file}.so"))
        .replace("@FILE@", &file)
        .replace("@NAME@", name)
        .replace("@SDK@", sdk)
}

/// What to do next.
fn steps(source: &Source, lang: Lang) -> String {
    let Source { library, build, old, checks, rules, .. } = source;
    let lines = |commands: &[&str]| format!("  {}\n", commands.join("\n  "));
    let tried = [
        format!("huizong plugin test {library}"),
        format!("huizong plugin conform {library}"),
        format!("{} --plugin {library}", lang.pick("huizong check 表", "huizong check FORM")),
    ];
    let tried = lines(&tried.each_ref().map(String::as_str));
    let built = lines(build);
    let old = match (old.is_empty(), lang) {
        (true, _) => String::new(),
        (_, Lang::Zh) => {
            format!("要让它也能在旧的 Linux（glibc 2.17 起）上运行，请用 zig 编译：\n{}", lines(old))
        }
        (_, Lang::En) => {
            format!("To have it run on old Linux too (glibc 2.17), build it with zig:\n{}", lines(old))
        }
    };
    lang.pick(
        format!("已建立 @NAME@/。接下来：\n  cd @NAME@\n{built}{tried}规则写在 {rules}，检查写在 {checks}。说明：huizong docs plugins\n{old}"),
        format!("@NAME@/ is there. Next:\n  cd @NAME@\n{built}{tried}Rules are in {rules}, checks in {checks}. To read: huizong docs plugins\n{old}"),
    )
}

/// How a plugin's `Cargo.toml` names the SDK: by the folder named, else the one that came with this command or that it was built from, else by
/// its version.
fn sdk(named: Option<&PathBuf>, plugin: &Path, world: &World<'_>) -> Result<String, Error> {
    let found = |folder: &Path| {
        let folder = dunce::canonicalize(folder).ok()?;
        folder.join("Cargo.toml").is_file().then_some(folder)
    };
    // A relative path, so that both may be moved together.
    let here = dunce::canonicalize(&world.directory).unwrap_or_else(|_| world.directory.clone());
    let plugin = here.join(plugin.file_name().unwrap_or_default());
    let by_path = |folder: PathBuf| format!("{{ path = \"{}\" }}", relative(&plugin, &folder));
    if let Some(named) = named {
        let shown = named.display();
        return found(&world.directory.join(named)).map(by_path).ok_or_else(|| {
            Error::new(
                format!("{shown} 不是插件 SDK 的文件夹；请用 --sdk 指明，或不写 --sdk"),
                format!("{shown} is not the folder of the plugin SDK: name it, or leave --sdk out"),
            )
        });
    }
    let program = dunce::canonicalize(&world.program).unwrap_or_else(|_| world.program.clone());
    let came_with = program.parent().map(|folder| folder.join("sdk/crates/plugin-sdk"));
    let built_from = BUILT_FROM.map(|folder| Path::new(folder).join("../plugin-sdk"));
    let by_version = || format!("\"{}\"", env!("CARGO_PKG_VERSION"));
    Ok([came_with, built_from]
        .into_iter()
        .flatten()
        .find_map(|folder| found(&folder))
        .map_or_else(by_version, by_path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_mark_is_left_in_any_source() {
        for language in [Language::Rust, Language::C, Language::Zig, Language::PythonCffi] {
            let source = source(language);
            let texts = source.files.iter().flat_map(|(path, text)| [*path, *text]);
            for text in
                texts.chain([source.library, source.checks, source.rules]).chain(source.build.iter().copied())
            {
                let filled = fill(text, "my-district", "\"0.1.0\"");
                for mark in ["@NAME@", "@FILE@", "@LIBRARY@", "@SDK@", "@MANIFEST@"] {
                    assert!(!filled.contains(mark), "{language:?}: {mark}");
                }
            }
        }
    }
}
