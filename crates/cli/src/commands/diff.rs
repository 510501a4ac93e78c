//! `huizong diff`: two results side by side.

use std::fs;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use huizong_core::difference::{Made, difference};
use huizong_core::{Lang, Stored};
use huizong_report::difference::text;
use huizong_report::{json, xlsx};
use huizong_schema::receipt::Receipt;

use crate::exit::{Error, Exit};
use crate::files::{must_be_new, write_whole};
use crate::folder::receipt_of;
use crate::world::World;

pub(super) fn run(args: &ArgMatches, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let read =
        |name: &str| Side::read(args.get_one::<PathBuf>(name).map_or(Path::new(""), |path| path), world);
    let (old, new) = (read("old")?, read("new")?);
    let (before, now) = (old.stored.consolidation(), new.stored.consolidation());
    let made = difference(
        Made { consolidation: &before, receipt: old.receipt.as_ref() },
        Made { consolidation: &now, receipt: new.receipt.as_ref() },
    );
    if let Some(out) = args.get_one::<PathBuf>("out") {
        let path = world.directory.join(out);
        must_be_new(&path, out)?;
        write_whole(&path, &xlsx::difference(&made)?)?;
    }
    if args.get_one::<String>("format").is_some_and(|format| format == "json") {
        json::write(&mut world.stdout, &made, 4)?;
    } else {
        world.stdout.write_all(text(&made, lang).as_bytes())?;
    }
    Ok(Exit::Clean)
}

/// A result: its folder, or its `consolidation.json` alone.
struct Side {
    stored: Stored,
    receipt: Option<Receipt>,
}

impl Side {
    fn read(given: &Path, world: &World<'_>) -> Result<Self, Error> {
        let path = world.directory.join(given);
        let (file, receipt) =
            if path.is_dir() { (path.join("consolidation.json"), receipt_of(&path)) } else { (path, None) };
        let shown = given.display();
        let bytes = fs::read(&file).map_err(|error| {
            Error::new(
                format!("{shown} 不是汇总结果的文件夹，也不是 consolidation.json（汇总时 --formats 要含 json）"),
                format!("{shown} is neither a result's folder nor a consolidation.json (json has to be among its formats)"),
            )
            .because(error)
        })?;
        let stored = Stored::read(&bytes).map_err(|error| {
            Error::new(
                format!("{shown} 不是本程序写出的汇总结果：{error}"),
                format!("{shown} is no consolidation: {error}"),
            )
        })?;
        Ok(Self { stored, receipt })
    }
}
