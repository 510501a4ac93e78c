//! `huizong merge`.

use std::thread;

use huizong_core::Lang;
use huizong_run::error::reason;
use huizong_run::partial::{Partial, read};

use super::consolidate::make::{Making, make_of_partials};
use super::consolidate::say_made;
use crate::args::MergeArgs;
use crate::exit::{Error, Exit};
use crate::folder::Folder;
use crate::world::World;

pub(super) fn run(args: &MergeArgs, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let partials: Result<Vec<Partial>, Error> = args
        .partials
        .iter()
        .map(|path| {
            let name = path.display().to_string();
            let mut file = std::fs::File::open(world.directory.join(path)).map_err(|error| {
                let why = reason(&error);
                Error::new(
                    format!("打不开部分结果 {name}：{}", why.zh),
                    format!("cannot open the partial {name}: {}", why.en),
                )
            })?;
            read(&name, &mut file, threads)
        })
        .collect();
    let making = Making { out: args.out.clone(), fail_on: args.fail_on, ..Making::default() };
    let folder = Folder::take(&world.directory.join(&making.out))?;
    let (run, made) = make_of_partials(partials?, &making, lang, world, &mut || folder.stage())?;
    say_made(&made, &run, folder, lang, world)
}
