//! `huizong explain FIGURE --in DIR`: the cells that a figure of a result is made of, read again from the forms.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use huizong_core::Lang;
use huizong_core::file_of;
use huizong_engine::Options;
use huizong_report::target::{Target, no_such_figure};
use huizong_report::{explain, json, xlsx};
use huizong_run::inputs::{Input, STDIN};
use huizong_run::lists::{Lists, Wanted, changed_since, snapshot};
use huizong_run::pipeline::reread;
use huizong_run::profile::ProfileChoice;
use huizong_run::receipts::{receipt_of, root_of};
use huizong_schema::consolidation::{Consolidation, Expected};
use huizong_schema::findings::Message;
use huizong_schema::receipt::Receipt;

use super::say_notice;
use crate::args::{ExplainArgs, TextOrJson};
use crate::exit::{Error, Exit};
use crate::settings::Settings;
use crate::world::World;

pub(super) fn run(
    args: &ExplainArgs,
    folder: &Path,
    lang: Lang,
    world: &mut World<'_>,
) -> Result<Exit, Error> {
    let folder = world.directory.join(folder);
    let shown = folder.display();
    let missing = |file: &str| {
        Error::new(
            format!("{shown} 里没有 {file}，不是汇总结果（汇总时 --formats 要含 json）"),
            format!("{shown} has no {file}: it is no result (or json was not among its formats)"),
        )
    };
    let receipt = receipt_of(&folder)?.ok_or_else(|| missing("receipt.json"))?;
    let file = folder.join("consolidation.json");
    let bytes = std::fs::read(&file).map_err(|_| missing("consolidation.json"))?;
    let snapshot = snapshot(&bytes, &file.display().to_string())?;
    if let Some(notice) = changed_since(&receipt.outputs, &file, &bytes) {
        say_notice(&notice, lang, world);
    }
    let consolidation = snapshot.consolidation();
    let name = &*args.what.join(" ");
    let target = if name.contains(['!', '！']) {
        xlsx::target_at(name, &consolidation)
    } else {
        let aliased = || Target::parse(&aliased(name, world)?, &consolidation);
        Target::parse(name, &consolidation).or_else(aliased)
    };
    let target = target.ok_or_else(|| {
        let message = not_held(name, &consolidation).unwrap_or_else(|| no_such_figure(name));
        Error::new(message.zh, message.en)
    })?;
    let wanted = explain::documents(target, &consolidation);
    let recorded = Recorded::of((&folder, &receipt), &args.elsewhere.inputs, world)?;
    let needed = |id: &str| wanted.iter().any(|document| *document == id || file_of(document) == id);
    let inputs: Vec<Input> = recorded
        .inputs
        .iter()
        .filter(|(input, _)| needed(&input.id))
        .map(|(input, _)| input.clone())
        .collect();
    let then: Vec<Option<String>> = recorded
        .inputs
        .iter()
        .filter(|(input, _)| needed(&input.id))
        .map(|(_, digest)| digest.clone())
        .collect();
    let mut options = Options::default();
    if let Some(profile) = &recorded.profile {
        options = options.profile(profile.choice.clone());
    }
    let again = reread::read(&inputs, world.stdin, &options, &wanted, &BTreeSet::new());
    if let Some(changed) = reread::changed(&inputs, &then, &again.digests).first() {
        let id = changed.document.clone().unwrap_or_default();
        return Err(Error::new(
            format!(
                "{id} 不在原处，或汇总后改动过，查不到来源。挪了地方的，请用 --inputs 指明在哪里；改动过的，请重新汇总"
            ),
            format!("{id} is not where it was, or was changed since: say with --inputs where the forms are"),
        ));
    }
    let lineage = explain::lineage(target, &consolidation, &again.details);
    match args.output.format {
        TextOrJson::Json => json::write(&mut world.stdout, &lineage, 3)?,
        TextOrJson::Text => world.say(&explain::text(&lineage, lang))?,
    }
    Ok(Exit::Clean)
}

/// A name that begins with an alias of the settings' roster, with the department's own name in its place.
fn aliased(name: &str, world: &World<'_>) -> Option<String> {
    let settings = Settings::load(world).ok()?;
    let wanted = Wanted {
        roster: settings.roster.as_deref(),
        books: None,
        previous: None,
        template: None,
        group_by: &[],
    };
    let roster = Lists::load(&wanted).ok()?.roster?;
    let aliases = roster.rows().iter().flat_map(|row| row.aliases().map(move |alias| (alias, &row.name)));
    let found = aliases.filter(|(alias, _)| name.starts_with(alias)).max_by_key(|(alias, _)| alias.len())?;
    Some(format!("{} {}", found.1, name[found.0.len()..].trim_start()))
}

/// Why the result has no figures of a department that a name begins with: nothing of it is counted.
fn not_held<R>(name: &str, consolidation: &Consolidation<R>) -> Option<Message> {
    let department = name.split_whitespace().next()?;
    let is_meant = |row: &&Expected| !row.status.is_held() && row.name.ends_with(department);
    let mut rows = consolidation.coverage.roster.iter().filter(is_meant);
    let row = rows.next().filter(|_| rows.next().is_none())?;
    let status = |lang| huizong_report::words::status(row.status, lang);
    Some(Message {
        zh: format!("“{}”没有计入汇总（{}），所以没有它的数", row.name, status(Lang::Zh)),
        en: format!("nothing of \"{}\" is counted ({}), so it has no figures", row.name, status(Lang::En)),
    })
}

/// The inputs and the profile that a receipt records.
struct Recorded {
    inputs: Vec<(Input, Option<String>)>,
    profile: Option<ProfileChoice>,
}

impl Recorded {
    fn of(
        (folder, receipt): (&Path, &Receipt),
        elsewhere: &[PathBuf],
        world: &World<'_>,
    ) -> Result<Self, Error> {
        let root = root_of(folder, receipt, &world.directory);
        let paths: Vec<PathBuf> = if elsewhere.is_empty() {
            receipt.run.paths.iter().map(|path| root.join(path)).collect()
        } else {
            elsewhere.iter().map(|path| world.directory.join(path)).collect()
        };
        let input = |used: &huizong_schema::receipt::InputUsed| {
            let given = paths.get(used.given).cloned().unwrap_or_default();
            let from_stdin = used.id == STDIN && given.file_name().is_some_and(|name| name == STDIN);
            let path = if used.path.is_empty() { given } else { given.join(&used.path) };
            let path = (!from_stdin).then_some(path);
            (Input::new(used.id.clone(), path, used.given, used.path.clone()), used.blake3.clone())
        };
        let said = receipt.settings.get("profile").and_then(|profile| profile.as_str()).map(str::to_owned);
        let profile = receipt.run.profile.clone().or(said);
        let profile = profile.map(|name| ProfileChoice::find(&name, &root)).transpose()?;
        Ok(Self { inputs: receipt.inputs.iter().map(input).collect(), profile })
    }
}
