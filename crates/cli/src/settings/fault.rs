//! Mistakes in the settings, in words.

use huizong_schema::findings::Message;

use huizong_run::nearest::nearest;

/// Describes a mistake: its line, what is wrong, which values are allowed. The library's messages are English, and there are few of them.
pub(super) fn in_words(error: &toml::de::Error, text: &str) -> Message {
    let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    let what = error.message();
    let quoted: Vec<&str> = what.split('`').skip(1).step_by(2).collect();
    let zh = match &quoted[..] {
        [unknown, known @ ..] if what.starts_with("unknown field") => {
            let meant = nearest(unknown, known.iter().copied());
            let meant = meant.map_or_else(String::new, |meant| format!("，是不是“{meant}”"));
            format!("没有“{unknown}”这一项{meant}；可以写的有：{}", known.join("、"))
        }
        [field] if what.starts_with("duplicate") => format!("“{field}”写了两次，请留一个"),
        [field] if what.starts_with("missing field") => format!("缺少“{field}”这一项"),
        _ if what.starts_with("invalid type") || what.starts_with("invalid value") => {
            let wanted = what.rsplit_once("expected ").map_or("", |(_, wanted)| wanted);
            let wanted = match wanted {
                "u16" | "u64" | "usize" | "an integer" => "不带引号的整数",
                "a string" | "path string" => "带引号的文字",
                "a boolean" => "true 或 false",
                "a sequence" | "a set" => "方括号里的一列，如 [\"甲\", \"乙\"]",
                "a map" | "a table" => "一组设置",
                _ => "另一种写法",
            };
            format!("这一项的值写法不对，应是{wanted}")
        }
        _ if what.contains("duplicate key") => "同一项写了两次，请留一个".to_owned(),
        _ => "写法不对：每行应是“名字 = 值”，文字要加英文引号，如 roster = \"名单.xlsx\"".to_owned(),
    };
    Message { zh: format!("第 {line} 行：{zh}"), en: format!("line {line}: {what}") }
}

#[cfg(test)]
mod tests {
    use super::super::Settings;
    use super::*;

    #[test]
    fn mistakes_are_said_with_their_line_and_what_may_stand_there() {
        for (text, said) in [
            (
                "year = 2022\nrooster = \"a.csv\"\n",
                "第 2 行：没有“rooster”这一项，是不是“roster”；可以写的有：lang、year",
            ),
            ("year = \"2022\"\n", "第 1 行：这一项的值写法不对，应是不带引号的整数"),
            ("\n\naccept = \"a.xlsx\"\n", "第 3 行：这一项的值写法不对，应是方括号里的一列"),
            ("roster = 名单.xlsx\n", "第 1 行：写法不对：每行应是“名字 = 值”"),
            ("year = 2022\nyear = 2023\n", "第 2 行：同一项写了两次"),
        ] {
            let error = toml::from_str::<Settings>(text).unwrap_err();
            let words = in_words(&error, text).zh;
            assert!(words.starts_with(said), "{text}: {words} ({})", error.message());
        }
    }
}
