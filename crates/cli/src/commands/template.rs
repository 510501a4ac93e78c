//! `huizong template`.

use huizong_core::Lang;
use huizong_forms::profile::built_in;

use super::{ProfileChoice, no_layout};
use crate::args::TemplateArgs;
use crate::exit::{Error, Exit};
use crate::files::{must_be_new, write_whole};
use crate::settings::Settings;
use crate::world::World;

pub(super) fn run(args: &TemplateArgs, lang: Lang, world: &mut World<'_>) -> Result<Exit, Error> {
    let settings = Settings::load(world)?;
    let asked = args.profile.profile.as_ref().or(settings.profile.as_ref());
    let asked = asked.map(|name| ProfileChoice::find(name, &world.directory)).transpose()?;
    let profile = asked.as_ref().map_or(&built_in()[0], ProfileChoice::get);
    let out = &args.out;
    let shown = out.display();
    if out.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("xlsx")) {
        return Err(Error::new(
            format!("空表是 Excel 文件，文件名应以 .xlsx 结尾，而不是 {shown}"),
            format!("the blank form is a workbook: name it .xlsx, not {shown}"),
        ));
    }
    let target = world.directory.join(out);
    must_be_new(&target, out)?;
    let bytes = huizong_forms::template(profile).ok_or_else(|| no_layout(profile))?;
    write_whole(&target, &bytes)?;
    let name = lang.pick(&profile.name.zh, &profile.name.en);
    let said = lang.pick(
        format!("已写出空表 {shown}（{name}）；填表时右边的格会指出对不上的数。"),
        format!(
            "The blank form {shown} is written ({name}); cells to the right of it say what does not add up."
        ),
    );
    world.say(&format!("{said}\n"))?;
    Ok(Exit::Clean)
}
