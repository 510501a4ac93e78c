//! The command line in Chinese: help and usage errors.

mod help;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, Error};

use huizong_run::nearest::nearest;

/// The command with its help in Chinese.
pub(crate) fn translated(command: Command) -> Command {
    let path = command.get_name().to_owned();
    let mut command = with_texts(command, &path);
    // The usage of a subcommand begins with the words before it.
    command.build();
    with_usage(command)
}

fn with_texts(command: Command, path: &str) -> Command {
    let template = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
    let command = if command.get_version().is_some() {
        command.disable_version_flag(true).arg(version)
    } else {
        command
    };
    let command = if command.get_after_help().is_some() { command.after_help(help::AFTER) } else { command };
    let command = match text(help::COMMANDS, path) {
        Some(about) => command.about(about),
        None => command,
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
            let arg = arg.help_heading(heading);
            let arg = match argument(path, arg.get_id().as_str()) {
                Some((_, text)) => {
                    let help = text.to_owned() + &choices(&arg);
                    arg.help(help).hide_possible_values(true).hide_default_value(true)
                }
                None => arg,
            };
            // Without a name of its own, a value is called as its argument.
            let named = arg.get_value_names().and_then(|names| names.first()).map(ToString::to_string);
            let named = named.unwrap_or_else(|| arg.get_id().as_str().to_uppercase());
            match text(help::VALUES, &named).filter(|_| arg.get_action().takes_values()) {
                Some(name) => arg.value_name(name),
                None => arg,
            }
        });
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    names.into_iter().fold(command, |command, name| {
        let path = format!("{path} {name}");
        command.mut_subcommand(name, |command| with_texts(command, &path))
    })
}

/// The values that an argument takes, and the one that it has without being written.
fn choices(arg: &Arg) -> String {
    let of = |what: &str, values: Vec<String>| {
        if values.is_empty() { String::new() } else { format!("（{what}：{}）", values.join("、")) }
    };
    let possible = if arg.get_action().takes_values() { arg.get_possible_values() } else { Vec::new() };
    let possible = possible.iter().map(|value| value.get_name().to_owned()).collect();
    let default = arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned());
    of("可用", possible) + &of("默认", default.collect())
}

/// The usage with Chinese words, once all arguments are there.
fn with_usage(mut command: Command) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        command = command.mut_subcommand(name, with_usage);
    }
    let usage = command.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim();
    let usage = usage.replace("[OPTIONS]", "［选项］").replace("[COMMAND]", "［命令］");
    command.override_usage(usage)
}

fn text(texts: &[(&'static str, &'static str)], key: &str) -> Option<&'static str> {
    texts.iter().find(|(known, _)| *known == key).map(|(_, text)| *text)
}

/// The help of a command's argument, with the key that it is found by.
fn argument(path: &str, id: &str) -> Option<(String, &'static str)> {
    let keys = [format!("{path} {id}"), id.to_owned()];
    keys.into_iter().find_map(|key| text(help::ARGUMENTS, &key).map(|text| (key, text)))
}

/// A mistake of usage in Chinese; `None` where the parser's own message has to do.
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
        ErrorKind::UnknownArgument => format!("没有 {} 这个选项", argument()?),
        ErrorKind::InvalidSubcommand => format!("没有 {} 这个命令", text(ContextKind::InvalidSubcommand)?),
        ErrorKind::MissingRequiredArgument => {
            let argument = argument()?;
            let said = help::REQUIRED.iter().find(|(of, _)| argument.contains(of));
            said.map_or_else(|| format!("缺少 {argument}"), |(_, said)| (*said).to_owned())
        }
        ErrorKind::MissingSubcommand => "没有写明要做什么".to_owned(),
        ErrorKind::InvalidValue if value().is_empty() => format!("{} 后面没有写内容", argument()?),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let argument = argument()?;
            let hint = if argument.contains("year") { "，应为四位数的年度，如 2022" } else { "" };
            format!("{argument} 写的“{}”不对{hint}", value())
        }
        ErrorKind::ArgumentConflict => format!("{} 写了不止一次，或不能与别的选项同时用", argument()?),
        _ => return None,
    };
    let choices = text(ContextKind::ValidValue)
        .filter(|choices| !choices.is_empty())
        .map(|choices| format!("（可用：{choices}）"))
        .unwrap_or_default();
    // Of several likely ones the likeliest.
    let likely = |kind| match error.get(kind)? {
        ContextValue::Strings(texts) => {
            let meant = text(ContextKind::InvalidSubcommand).unwrap_or_default();
            nearest(&meant, texts.iter().map(String::as_str))
                .map(str::to_owned)
                .or_else(|| texts.last().cloned())
        }
        _ => text(kind),
    };
    let hint = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue]
        .into_iter()
        .find_map(likely)
        .map(|near| format!("\n是不是 {near}？"))
        .unwrap_or_default();
    Some(format!("用法有误：{said}{choices}。{hint}\n更多说明：huizong --help\n"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory as _;

    use super::*;

    /// Every command below and including this one, with the words that it is called with.
    fn walk(command: &Command, path: &str, visit: &mut dyn FnMut(&Command, &str)) {
        visit(command, path);
        for sub in command.get_subcommands() {
            walk(sub, &format!("{path} {}", sub.get_name()), visit);
        }
    }

    #[test]
    fn every_command_and_argument_has_help_in_both_languages_and_no_text_is_left_over() {
        let english = crate::args::Cli::command();
        let mut used = BTreeSet::from(["help".to_owned(), "version".to_owned()]);
        walk(&english, "huizong", &mut |command, path| {
            assert!(command.get_about().is_some(), "{path} has no English help");
            assert!(text(help::COMMANDS, path).is_some(), "{path} has no Chinese help");
            used.insert(path.to_owned());
            for arg in command.get_arguments() {
                let id = arg.get_id().as_str();
                assert!(arg.get_help().is_some(), "{path} {id} has no English help");
                let found = argument(path, id);
                assert!(found.is_some(), "{path} {id} has no Chinese help");
                used.extend(found.map(|(key, _)| key));
            }
        });
        for (key, _) in help::COMMANDS.iter().chain(help::ARGUMENTS) {
            assert!(used.remove(*key), "{key} has a Chinese text, and there is no such command or argument");
        }
        assert!(used.is_empty(), "{used:?}");
    }

    #[test]
    fn no_english_text_is_left_in_the_chinese_help() {
        let mut english = BTreeSet::new();
        walk(&crate::args::Cli::command(), "huizong", &mut |command, _| {
            english.extend(command.get_about().map(ToString::to_string));
            english.extend(command.get_arguments().filter_map(Arg::get_help).map(ToString::to_string));
        });
        walk(&translated(crate::args::Cli::command()), "huizong", &mut |command, path| {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            assert!(!english.contains(&about), "{path}: {about}");
            for arg in command.get_arguments() {
                let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
                assert!(!help.is_empty() && !english.contains(&help), "{path} {}: {help}", arg.get_id());
            }
        });
    }
}
