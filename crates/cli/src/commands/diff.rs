//! `huizong diff`: two results side by side.

use std::fs;
use std::path::Path;

use huizong_core::difference::{Made, difference};
use huizong_core::{Lang, Snapshot};
use huizong_report::difference::text;
use huizong_report::{json, xlsx};
use huizong_run::files::{must_be_new, write_whole};
use huizong_run::lists::{changed_since, snapshot};
use huizong_run::receipts::{outputs_of, receipt_of};
use huizong_schema::receipt::Receipt;

use super::say_notice;
use crate::args::{DiffArgs, TextOrJson};
use crate::exit::{Error, Exit};
use crate::world::World;

pub(super) fn run(args: &DiffArgs, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let (old, new) = (Side::read(&args.old, lang, world)?, Side::read(&args.new, lang, world)?);
    let (before, now) = (old.snapshot.consolidation(), new.snapshot.consolidation());
    let made = difference(
        Made { consolidation: &before, receipt: old.receipt.as_ref() },
        Made { consolidation: &now, receipt: new.receipt.as_ref() },
    );
    if let Some(out) = &args.out {
        let path = world.directory.join(out);
        let shown = out.display();
        if !path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx")) {
            return Err(Error::new(
                format!("{shown}：对比写成 Excel 工作簿，文件名请以 .xlsx 结尾"),
                format!("{shown}: a workbook is written; end its name in .xlsx"),
            ));
        }
        if path.parent().is_some_and(|folder| outputs_of(folder).is_some()) {
            return Err(Error::new(
                format!("{shown} 在汇总结果的文件夹里，写进去会使它不能再核实；请写到别处"),
                format!(
                    "{shown} is in a result's folder, which could not be verified any more: write it elsewhere"
                ),
            ));
        }
        must_be_new(&path, out)?;
        write_whole(&path, &xlsx::difference(&made)?)?;
    }
    match args.output.format {
        TextOrJson::Json => json::write(&mut world.stdout, &made, 4)?,
        TextOrJson::Text => world.say(&text(&made, lang))?,
    }
    if let (Some(out), TextOrJson::Text) = (&args.out, args.output.format) {
        let shown = out.display();
        world.say(&lang.pick(format!("已生成 {shown}。\n"), format!("Written: {shown}.\n")))?;
    }
    Ok(Exit::Clean)
}

/// A result: its folder, or its `consolidation.json` alone.
struct Side {
    snapshot: Snapshot,
    receipt: Option<Receipt>,
}

impl Side {
    fn read(given: &Path, lang: Lang, world: &mut World<'_>) -> Result<Self, Error> {
        let path = world.directory.join(given);
        let (file, receipt) =
            if path.is_dir() { (path.join("consolidation.json"), receipt_of(&path)?) } else { (path, None) };
        let shown = given.display();
        let bytes = fs::read(&file).map_err(|error| {
            Error::new(
                format!("{shown} 不是汇总结果的文件夹，也不是 consolidation.json（汇总时 --formats 要含 json）"),
                format!("{shown} is neither a result's folder nor a consolidation.json (json has to be among its formats)"),
            )
            .because(error)
        })?;
        let snapshot = snapshot(&bytes, &shown.to_string())?;
        if let Some(notice) =
            receipt.as_ref().and_then(|receipt| changed_since(&receipt.outputs, &file, &bytes))
        {
            say_notice(&notice, lang, world);
        }
        Ok(Self { snapshot, receipt })
    }
}
