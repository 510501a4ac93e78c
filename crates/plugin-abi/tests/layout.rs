//! Checks that the C compiler and this crate agree on every number and offset.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::collections::BTreeMap;
use std::mem::offset_of;
use std::path::Path;
use std::process::Command;

use huizong_plugin_abi::{
    ABI_MINOR, ABI_VERSION, Buf, ENTRY_SYMBOL, PluginV1, REENTRANT, VERSION_SYMBOL, code,
};

const PROGRAM: &str = r#"
#include <stdio.h>
#include "huizong_plugin.h"
#define SHOW(name, value) printf("%s %zu\n", name, (size_t)(value))
#define FIELD(type, field) SHOW(#type "." #field, offsetof(type, field))
int main(void) {
    SHOW("version", HUIZONG_ABI_VERSION);
    SHOW("minor", HUIZONG_ABI_MINOR);
    SHOW("ok", HUIZONG_OK); SHOW("invalid", HUIZONG_INVALID_INPUT); SHOW("unsupported", HUIZONG_UNSUPPORTED);
    SHOW("config", HUIZONG_CONFIG); SHOW("internal", HUIZONG_INTERNAL); SHOW("reentrant", HUIZONG_REENTRANT);
    SHOW("check", HUIZONG_OP_CHECK_DOCUMENTS); SHOW("feed", HUIZONG_OP_SET_FEED); SHOW("finish", HUIZONG_OP_SET_FINISH);
    SHOW("huizong_buf", sizeof(huizong_buf));
    FIELD(huizong_buf, data); FIELD(huizong_buf, len); FIELD(huizong_buf, owner);
    SHOW("huizong_plugin_v1", sizeof(huizong_plugin_v1));
    FIELD(huizong_plugin_v1, struct_size); FIELD(huizong_plugin_v1, abi_minor); FIELD(huizong_plugin_v1, flags);
    FIELD(huizong_plugin_v1, reserved0); FIELD(huizong_plugin_v1, describe); FIELD(huizong_plugin_v1, create);
    FIELD(huizong_plugin_v1, call); FIELD(huizong_plugin_v1, destroy); FIELD(huizong_plugin_v1, release);
    return 0;
}
"#;

#[test]
fn the_header_and_its_mirror_agree() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (source, program) = (folder.join("layout.c"), folder.join("layout"));
    std::fs::write(&source, PROGRAM).unwrap();
    let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("include");
    let built = Command::new("cc")
        .args(["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-I"])
        .arg(include)
        .arg(&source)
        .arg("-o")
        .arg(&program)
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let said = String::from_utf8(Command::new(&program).output().unwrap().stdout).unwrap();
    let c: BTreeMap<&str, usize> =
        said.lines().filter_map(|line| line.split_once(' ')).map(|(k, v)| (k, v.parse().unwrap())).collect();
    let number = |code: i32| usize::try_from(code).unwrap();
    let mirror = [
        ("version", ABI_VERSION as usize),
        ("minor", ABI_MINOR as usize),
        ("ok", number(code::OK)),
        ("invalid", number(code::INVALID_INPUT)),
        ("unsupported", number(code::UNSUPPORTED)),
        ("config", number(code::CONFIG)),
        ("internal", number(code::INTERNAL)),
        ("reentrant", REENTRANT as usize),
        ("check", 1),
        ("feed", 2),
        ("finish", 3),
        ("huizong_buf", size_of::<Buf>()),
        ("huizong_buf.data", offset_of!(Buf, data)),
        ("huizong_buf.len", offset_of!(Buf, len)),
        ("huizong_buf.owner", offset_of!(Buf, owner)),
        ("huizong_plugin_v1", size_of::<PluginV1>()),
        ("huizong_plugin_v1.struct_size", offset_of!(PluginV1, struct_size)),
        ("huizong_plugin_v1.abi_minor", offset_of!(PluginV1, abi_minor)),
        ("huizong_plugin_v1.flags", offset_of!(PluginV1, flags)),
        ("huizong_plugin_v1.reserved0", offset_of!(PluginV1, reserved0)),
        ("huizong_plugin_v1.describe", offset_of!(PluginV1, describe)),
        ("huizong_plugin_v1.create", offset_of!(PluginV1, create)),
        ("huizong_plugin_v1.call", offset_of!(PluginV1, call)),
        ("huizong_plugin_v1.destroy", offset_of!(PluginV1, destroy)),
        ("huizong_plugin_v1.release", offset_of!(PluginV1, release)),
    ];
    assert_eq!(c, BTreeMap::from(mirror));
}

#[test]
fn symbols_match_the_header() {
    let header = include_str!("../include/huizong_plugin.h");
    for symbol in [VERSION_SYMBOL, ENTRY_SYMBOL] {
        assert!(header.contains(&format!("{}(void);", symbol.to_str().unwrap())));
    }
}
