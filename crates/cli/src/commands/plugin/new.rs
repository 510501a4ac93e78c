//! `huizong plugin new`: a crate that builds and passes.

use std::fs;
use std::path::{Path, PathBuf};

use huizong_core::Lang;

use crate::args::NewPluginArgs;
use crate::exit::{Error, Exit};
use crate::world::World;
use huizong_run::files::cannot_write;

/// The source of this command. What is handed out has no path of the machine that built it.
const BUILT_FROM: &str =
    if option_env!("HUIZONG_DIST").is_some() { "crates/cli" } else { env!("CARGO_MANIFEST_DIR") };

const FILES: [(&str, &str); 4] = [
    ("Cargo.toml", include_str!("template/Cargo.toml.in")),
    ("src/lib.rs", include_str!("template/lib.rs.in")),
    ("manifest.json", include_str!("template/manifest.json.in")),
    (".gitignore", "/target\n"),
];

pub(super) fn run(args: &NewPluginArgs, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let name = &*args.name;
    if !huizong_plugin_host::is_kebab(name) {
        return Err(Error::new(
            format!("插件名“{name}”应由小写字母、数字和连字符组成，以字母开头，最多 64 个字符"),
            format!("\"{name}\" is no plugin's name: lower-case letters, digits and hyphens, at most 64"),
        ));
    }
    let sdk = sdk(args.sdk.as_ref().map(|path| world.directory.join(path)))?;
    let folder = world.directory.join(name);
    if folder.exists() {
        return Err(Error::new(format!("{name} 已经存在"), format!("{name} exists already")));
    }
    let sdk = sdk.display().to_string().replace('\\', "/");
    for (path, text) in FILES {
        let path = folder.join(path);
        let text = text.replace("@NAME@", name).replace("@SDK@", &sdk);
        let parent = path.parent().unwrap_or(&folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, text))
            .map_err(|error| cannot_write(&path, error))?;
    }
    let library = format!("target/release/lib{}.so", name.replace('-', "_"));
    let steps = lang.pick(
        format!(
            "已建立 {name}/。接下来：\n  cd {name}\n  cargo test                                  运行说明中的例子\n  cargo build --release\n  huizong plugin test {library}\n  huizong plugin conform {library}\n规则写在 manifest.json，检查写在 src/lib.rs。\n要让它也能在旧的 Linux（glibc 2.17 起）上运行，请用 zig 编译：\n  pip install cargo-zigbuild ziglang\n  cargo zigbuild --release --target x86_64-unknown-linux-gnu.2.17\n"
        ),
        format!(
            "{name}/ is there. Next:\n  cd {name}\n  cargo test                                  runs the manifest's examples\n  cargo build --release\n  huizong plugin test {library}\n  huizong plugin conform {library}\nRules are in manifest.json, checks in src/lib.rs.\nTo have it run on old Linux too (glibc 2.17), build it with zig:\n  pip install cargo-zigbuild ziglang\n  cargo zigbuild --release --target x86_64-unknown-linux-gnu.2.17\n"
        ),
    );
    Ok(world.show(&steps))
}

/// Finds the folder of the SDK: the one named, else the one in the source tree of this command.
fn sdk(named: Option<PathBuf>) -> Result<PathBuf, Error> {
    let folder = named.unwrap_or_else(|| Path::new(BUILT_FROM).join("../plugin-sdk"));
    match dunce::canonicalize(&folder) {
        Ok(folder) if folder.join("Cargo.toml").is_file() => Ok(folder),
        _ => {
            let shown = folder.display();
            Err(Error::new(
                format!("找不到插件 SDK（{shown}）；请用 --sdk 指明源码中的 crates/plugin-sdk"),
                format!("the plugin SDK is not at {shown}; name crates/plugin-sdk of the source by --sdk"),
            ))
        }
    }
}
