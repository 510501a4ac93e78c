//! What the program says to someone who double-clicked it, or dragged files onto it, and to someone who named files and no command.

use std::ffi::OsString;
use std::path::Path;

use huizong_core::Lang;

use crate::world::World;

/// What to type, if the arguments name no command: none at all, or only files that exist.
pub(crate) fn greeting(arguments: &[OsString], world: &World<'_>, lang: Lang) -> Option<String> {
    let exists = |path: &&OsString| world.directory.join(path).exists();
    let is_command = |name: &OsString| {
        crate::args::command(lang).get_subcommands().any(|known| name.to_str() == Some(known.get_name()))
    };
    if !arguments.iter().all(|argument| exists(&argument) && !is_command(argument)) {
        return None;
    }
    let quoted = |path: &Path| {
        let shown = path.display().to_string();
        if shown.contains([' ', '&', '(', '（']) { format!("\"{shown}\"") } else { shown }
    };
    // The file itself on Windows, where it is seldom in the search path.
    let program = if cfg!(windows) { quoted(&world.program) } else { "huizong".to_owned() };
    let forms: Vec<String> = arguments.iter().map(|path| quoted(Path::new(path))).collect();
    let forms =
        if forms.is_empty() { lang.pick("各部门报表", "forms").to_owned() } else { forms.join(" ") };
    let how = match (cfg!(windows), lang) {
        (true, Lang::Zh) => "本程序在命令提示符里使用：按 Win+R，输入 cmd，回车；再输入下面的一行，回车。\n",
        (true, Lang::En) => {
            "It is used in the command prompt: press Win+R, type cmd and Enter, then one of these lines.\n"
        }
        (false, Lang::Zh) => "请输入：\n",
        (false, Lang::En) => "Type:\n",
    };
    Some(lang.pick(
        format!(
            "汇总（huizong）检查部门整体支出绩效自评表，指出哪一格有什么错，并把各部门的表加总。\n\n{how}\n\
             检查：  {program} check {forms}\n汇总：  {program} consolidate {forms} -o 结果\n全部用法：  {program} --help\n"
        ),
        format!(
            "Huizong checks departments' expenditure self-evaluations, says what is wrong in which cell, and adds them up.\n\n\
             {how}\n\
             to check:   {program} check {forms}\nto add up:  {program} consolidate {forms} -o result\n\
             all else:   {program} --help\n"
        ),
    ))
}
