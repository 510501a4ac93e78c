//! The command line's own words in Chinese: help and mistakes of usage.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, Error};

/// The command with the headings and flags of its help in Chinese.
pub(crate) fn headings(command: Command) -> Command {
    let template = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help).help("显示帮助");
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version).help("显示版本");
    let command = if command.get_version().is_some() {
        command.disable_version_flag(true).arg(version)
    } else {
        command
    };
    let command = command
        .help_template(template)
        .subcommand_help_heading("命令")
        .subcommand_value_name("命令")
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .arg(help)
        .mut_args(|arg| {
            let heading = if arg.is_positional() { "参数" } else { "选项" };
            arg.help_heading(heading)
        });
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    names.into_iter().fold(command, |command, name| command.mut_subcommand(name, headings))
}

/// A mistake of usage in Chinese; `None` where nothing better can be said than the parser says.
pub(crate) fn mistake(error: &Error) -> Option<String> {
    let text = |kind| match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join("、")),
        ContextValue::StyledStr(text) => Some(text.to_string()),
        _ => None,
    };
    let argument = || text(ContextKind::InvalidArg);
    let value = || text(ContextKind::InvalidValue).unwrap_or_default();
    let said = match error.kind() {
        ErrorKind::UnknownArgument => format!("没有 {} 这个参数", argument()?),
        ErrorKind::InvalidSubcommand => format!("没有 {} 这个命令", text(ContextKind::InvalidSubcommand)?),
        ErrorKind::MissingRequiredArgument => format!("缺少 {}", argument()?),
        ErrorKind::MissingSubcommand => "没有写明要做什么".to_owned(),
        ErrorKind::InvalidValue if value().is_empty() => format!("{} 后面缺少值", argument()?),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("{} 不能是“{}”", argument()?, value())
        }
        ErrorKind::ArgumentConflict => format!("{} 写了不止一次，或与别的参数冲突", argument()?),
        _ => return None,
    };
    let choices =
        text(ContextKind::ValidValue).map(|choices| format!("（可用：{choices}）")).unwrap_or_default();
    let hint = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue]
        .into_iter()
        .find_map(text)
        .map(|near| format!("\n是不是 {near}？"))
        .unwrap_or_default();
    Some(format!("用法有误：{said}{choices}。{hint}\n更多说明：huizong --help\n"))
}
