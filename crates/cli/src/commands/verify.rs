//! `huizong verify`: makes a result again from its receipt, and names what differs.

mod differences;
mod elsewhere;

use std::path::{Path, PathBuf};

use huizong_core::Lang;
use huizong_report::terminal::visible;
use huizong_run::inputs::STDIN;
use huizong_run::receipts::{receipt_of, root_of};
use huizong_schema::receipt::{self, Receipt};

use super::consolidate::make::{Making, make};
use super::say_notices;
use crate::args::VerifyArgs;
use crate::exit::{Error, Exit};
use crate::world::World;
use differences::{
    Differences, files_changed, outputs_changed, outputs_made_again, receipt_changed, receipts_differ,
};

pub(super) fn run(args: &VerifyArgs, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let (given, paths) = (&args.dir, &args.elsewhere.inputs);
    let folder = world.directory.join(given);
    let shown = given.display();
    let Some(old) = receipt_of(&folder)? else {
        return Err(Error::new(
            format!(
                "{shown} 里没有可用的汇总记录 {}：不是结果文件夹，或记录已损坏；请核对文件夹，仍不行请重新汇总",
                receipt::FILE
            ),
            format!("{shown} has no {}: it is no result", receipt::FILE),
        ));
    };
    let mut differences = Differences::default();
    outputs_changed(&folder, &old, &mut differences);

    let given_before = old.run.paths.len();
    if !paths.is_empty() && paths.len() < given_before {
        return Err(Error::new(
            format!("汇总时给了 {given_before} 个路径，--inputs 也要给 {given_before} 个，顺序相同"),
            format!("{given_before} paths were given then: give --inputs as often, in their order"),
        ));
    }
    if paths.is_empty() && old.inputs.iter().any(|input| input.id == STDIN) {
        return Err(Error::new(
            "当时从标准输入读了表；请用 --inputs 给出那些内容（- 表示标准输入）",
            "forms came from standard input then: give them with --inputs (- for standard input)",
        ));
    }
    let root = root_of(&folder, &old, &world.directory);
    let given_now: Vec<PathBuf> = paths.iter().map(|path| world.directory.join(path)).collect();
    let inputs = if given_now.is_empty() {
        let then: Vec<PathBuf> = old.run.paths.iter().map(|path| root.join(path)).collect();
        if !old.inputs.is_empty() && then.iter().all(|path| !path.exists()) {
            let names: Vec<String> = old.run.paths.iter().map(|path| path.display().to_string()).collect();
            let (names, first) = (names.join("、"), &names[0]);
            return Err(Error::new(
                format!(
                    "各部门的表不在原处（{names}）；请用 --inputs 指明它们现在在哪里，如 huizong verify {shown} --inputs {first}"
                ),
                format!("the forms are not where they were ({names}): say with --inputs where they are now"),
            ));
        }
        then
    } else {
        given_now.clone()
    };
    // A copied result finds what it was made with beside itself, beside the forms, or where it is told to look.
    let beside = |path: &PathBuf| path.parent().map(Path::to_owned);
    let rebuilt = if elsewhere::is_complete(&old, &root) {
        None
    } else {
        let given = args.lists.iter().map(|lists| world.directory.join(lists));
        let folders =
            given.chain([folder.clone()]).chain(beside(&folder)).chain(inputs.iter().filter_map(beside));
        Some(elsewhere::rebuild(&old, &root, &folders.collect::<Vec<_>>())?)
    };
    let making = Making {
        // Links to the forms lead from where the result was put then.
        out: PathBuf::from(&old.out),
        moved_to: if rebuilt.is_some() { inputs } else { given_now },
        ids: old.inputs.iter().map(|input| ((input.given, input.path.clone()), input.id.clone())).collect(),
        jobs: args.jobs.jobs,
        fail_on: None,
        ..Making::default()
    };
    world.directory = rebuilt.as_ref().map_or(root, |rebuilt| rebuilt.root.clone());
    let again = tempfile::tempdir()?;
    files_changed(&old, &world.directory, &mut differences);
    let made = match make(&old.run, &making, lang, world, &mut || Ok(again.path().to_owned())) {
        Ok(made) => made,
        // The change may be the reason why it cannot be made again.
        Err(error) if !differences.is_empty() => {
            say(&differences, lang, world)?;
            world.complain(&format!("{}\n", error.say(lang)));
            return Ok(Exit::Findings);
        }
        Err(error) => return Err(error),
    };
    let new = receipt_of(again.path())?;
    let Some(new) = new.filter(|_| made.wrote()) else {
        differences.note("什么也没有读到", "nothing was read");
        say(&differences, lang, world)?;
        say_notices(made.outcome(), lang, world);
        return Ok(Exit::Findings);
    };
    let (same, others) = outputs_made_again(&folder, again.path(), &old, &new);
    // Built-in rules and schemas are parts of the command. Another command that makes the same result is no difference.
    let with_built_in = old.tool == new.tool || !others.is_empty();
    receipts_differ(&old, &new, with_built_in, &mut differences);
    let has_cause = !differences.is_empty();
    for name in others {
        differences.note(
            format!("重新汇总得到的 {name} 与结果中的不同"),
            format!("{name} made again is not the one that lies there"),
        );
    }
    if differences.is_empty() && receipt_changed(&old, &new, with_built_in) {
        differences.note("汇总记录本身被改动过", "the receipt itself was changed");
    }
    if !has_cause && !differences.is_empty() {
        let (zh, en) = if old.tool == new.tool {
            (
                "找不到原因，可能是本程序有问题；请保留结果文件夹，反馈给技术人员",
                "no cause was found: this is a defect of the command",
            )
        } else {
            ("程序与汇总时不同", "the command is another one than then")
        };
        differences.note(zh, en);
    }
    if differences.is_empty() {
        let text = lang.pick(
            format!(
                "核实无误：按汇总记录重新汇总，{same} 个结果文件与原来完全一致（用到的表 {} 个）。",
                new.inputs.len()
            ),
            format!(
                "Verified: made again from the receipt, all bytes of {same} files agree ({} inputs).",
                new.inputs.len()
            ),
        );
        world.say(&format!("{text}\n"))?;
        if old.tool != new.tool {
            say_other_command(&old, &new, lang, world)?;
        }
        // An input that could not be read then cannot be read now either.
        return Ok(Exit::Clean);
    }
    say(&differences, lang, world)?;
    say_notices(made.outcome(), lang, world);
    Ok(Exit::Findings)
}

/// Prints what differs in the command since the result was made. The results agree.
fn say_other_command(old: &Receipt, new: &Receipt, lang: Lang, world: &mut World<'_>) -> Result<(), Error> {
    let (then, now) = (&old.tool.version, &new.tool.version);
    let file = lang.pick(
        format!("程序文件与汇总时不同（汇总时的版本 {then}，现在 {now}），结果相同。"),
        format!(
            "The command's file is another one than then (version {then} then, {now} now); the results agree."
        ),
    );
    world.say(&format!("{file}\n"))?;
    if old.rules != new.rules {
        let rules = lang.pick(
            "内置规则与汇总时不同，结果相同。",
            "The built-in rules are others than then; the results agree.",
        );
        world.say(&format!("{rules}\n"))?;
    }
    if old.schemas != new.schemas {
        let schemas = lang.pick(
            "公布的结构定义与汇总时不同，结果相同。",
            "The published schemas are others than then; the results agree.",
        );
        world.say(&format!("{schemas}\n"))?;
    }
    Ok(())
}

fn say(differences: &Differences, lang: Lang, world: &mut World<'_>) -> Result<(), Error> {
    let title = lang.pick("与汇总记录不符：", "Not as the receipt says:");
    world.say(&format!("{title}\n"))?;
    for difference in differences.messages() {
        world.say(&format!("  {}\n", visible(lang.of(difference))))?;
    }
    Ok(())
}
