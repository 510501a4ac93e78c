//! The command line, in both languages.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Arg, ArgAction, Command, value_parser};
use huizong_core::Lang;
use huizong_schema::receipt::ResultFormat;
use std::path::PathBuf;

/// The command with its subcommands and help, in one language.
pub fn command(lang: Lang) -> Command {
    let say = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    let exits = say(
        "退出状态：0 无问题；1 有达到 --fail-on 级别的发现；2 用法有误或程序自身失败；3 不完整（有文件读不了，或插件失败）。",
        "Exit status: 0 clean; 1 findings at or above --fail-on; 2 usage or our own failure; 3 incomplete (a file could not be read, or a plugin failed).",
    );
    let lang_flag = Arg::new("lang")
        .long("lang")
        .global(true)
        .value_name("LANG")
        .value_parser(["zh", "en"])
        .help(say("消息的语言：zh 或 en", "Language of messages: zh or en"));
    let command = Command::new("huizong")
        .version(env!("CARGO_PKG_VERSION"))
        .about(say(
            "检查并汇总各部门的整体支出绩效自评表",
            "Checks departments' expenditure self-evaluations and adds them up",
        ))
        .after_help(exits)
        .disable_help_subcommand(true)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(lang_flag)
        .subcommand(
            inputs(Command::new("check"), lang)
                .about(say(
                    "检查各表，指出哪一格有什么问题",
                    "Check forms and say what is wrong in which cell",
                ))
                .arg(
                    Arg::new("format")
                        .long("format")
                        .value_name("FORMAT")
                        .value_parser(["text", "json", "sarif", "github"])
                        .default_value("text")
                        .help(say("输出格式", "Output format")),
                ),
        )
        .subcommand(
            inputs(Command::new("consolidate"), lang)
                .about(say(
                    "检查并汇总，结果写入一个文件夹",
                    "Check, add up, and write the result to a folder",
                ))
                .arg(
                    out("DIR").required(true)
                        .help(say(
                            "结果文件夹；其中只有旧结果时整个替换，有别的文件则拒绝",
                            "Folder of the result; replaced as a whole if it holds an earlier result alone, else refused",
                        )),
                )
                .arg(
                    Arg::new("formats")
                        .long("formats")
                        .value_name("LIST")
                        .value_delimiter(',')
                        .value_parser(formats())
                        .default_value("json,xlsx,html,csv")
                        .help(say("写哪些格式，用逗号隔开", "Which formats to write, separated by commas")),
                )
                .arg(
                    Arg::new("group-by")
                        .long("group-by")
                        .value_name("COLUMN")
                        .action(ArgAction::Append)
                        .help(say(
                            "按名单的哪一列分组合计，可重复；几列用逗号连在一起的，按组合分组",
                            "Sums by a column of the roster; may be repeated, and columns joined by commas make groups together",
                        )),
                )
                .arg(
                    Arg::new("to-evaluation")
                        .long("to-evaluation")
                        .value_name("DEPARTMENT")
                        .help(say(
                            "把这个部门（名称或编码）下属单位的表并成部门的一份表，另写 evaluation.json 和 evaluation.xlsx",
                            "Make one form of a department (its name or code) of its units' forms: evaluation.json and evaluation.xlsx besides",
                        )),
                )
                .arg(
                    Arg::new("template")
                        .long("template")
                        .value_name("FILE")
                        .value_parser(value_parser!(PathBuf))
                        .help(say(
                            "报告页用自己的模板（minijinja），可以只改动内置模板的几块",
                            "A template of one's own for the report page (minijinja), which may replace single blocks of the built-in one",
                        )),
                )
                .arg(
                    Arg::new("not-atomic").long("not-atomic").action(ArgAction::SetTrue).help(say(
                        "文件系统不能一次换掉文件夹时也写（中途断电时结果可能缺失）",
                        "Write also where the file system cannot exchange folders at once (a crash in between may leave none)",
                    )),
                )
                .arg(
                    Arg::new("exclude-errors")
                        .long("exclude-errors")
                        .action(ArgAction::SetTrue)
                        .help(say("有错误的表不计入汇总", "Do not count documents with errors")),
                ),
        )
        .subcommand(
            Command::new("verify")
                .about(say(
                    "按凭据重新汇总，逐字节核对结果",
                    "Make a result again from its receipt and compare byte for byte",
                ))
                .arg(
                    Arg::new("dir")
                        .value_name("DIR")
                        .required(true)
                        .value_parser(value_parser!(PathBuf))
                        .help(say("结果文件夹", "Folder of the result")),
                )
                .arg(inputs_elsewhere(lang))
                .arg(jobs(lang)),
        )
        .subcommand(
            Command::new("diff")
                .about(say(
                    "对比两次汇总或两个年度：每个合计变了多少，是哪些部门、什么原因",
                    "Two results or two years side by side: the change of each total by department and cause",
                ))
                .arg(result("old", "OLD").help(say("原结果或上年结果：文件夹，或 consolidation.json", "The earlier result: its folder, or consolidation.json")))
                .arg(result("new", "NEW").help(say("新结果或本年结果", "The later result")))
                .arg(text_or_json(lang))
                .arg(out("FILE").help(say("另写一份工作簿（.xlsx）", "Write a workbook (.xlsx) besides"))),
        )
        .subcommand(
            Command::new("convert")
                .about(say(
                    "把一份表转成 JSON，或把 JSON 和表写成 Excel、Word、网页、文本",
                    "Turn a form into JSON, or JSON and forms into xlsx, docx, html or text",
                ))
                .arg(
                    Arg::new("form")
                        .value_name("FORM")
                        .required(true)
                        .value_parser(value_parser!(PathBuf))
                        .help(say("表的文件，或 -（标准输入）", "The form's file, or - for standard input")),
                )
                .arg(
                    out("FILE")
                        .help(say("写到文件，而不是标准输出", "Write to a file instead of standard output")),
                )
                .arg(
                    Arg::new("to")
                        .long("to")
                        .value_name("FORMAT")
                        .value_parser(["json", "xlsx", "docx", "html", "text"])
                        .help(say(
                            "写成哪种格式；没有写明时看 -o 的文件名，再没有就是 JSON",
                            "Which format to write; else by the name given with -o, else JSON",
                        )),
                )
                .arg(profile(lang))
                .arg(
                    Arg::new("explain-import").long("explain-import").action(ArgAction::SetTrue).help(say(
                        "列出读入时所作的一切处理",
                        "List whatever was done to values while reading",
                    )),
                ),
        )
        .subcommand(
            Command::new("template")
                .about(say(
                    "写一份空表（Excel）发给各部门填，填错的数当场提示",
                    "Write the blank form, as a workbook that says at once what does not add up",
                ))
                .arg(
                    out("FILE").required(true)
                        .help(say("写到哪个 .xlsx 文件", "The .xlsx file to write")),
                )
                .arg(profile(lang)),
        )
        .subcommand(
            asked(
                Command::new("annotate")
                    .about(say(
                        "把一份表退回：在有问题的格上加批注、着色，并附问题清单",
                        "Give a form back: notes and colours on the cells with problems, and a list of them",
                    ))
                    .arg(
                        Arg::new("paths")
                            .value_name("FORM")
                            .required(true)
                            .value_parser(value_parser!(PathBuf))
                            .help(say("表的文件", "The form's file")),
                    )
                    .arg(
                        out("FILE").required(true)
                            .help(say(
                                "写到哪个文件：.xlsx、.docx 或 .html；原件是 Excel（.xlsx、.xlsm）或 Word 而格式不变的，就是原件加上批注，其余按版式重写",
                                "Where to write: .xlsx, .docx or .html; a workbook or document that keeps its format is a copy of the form itself with notes, anything else is written anew",
                            )),
                    ),
                lang,
            ),
        )
        .subcommand(
            Command::new("explain")
                .about(say(
                    "解释一条规则，或汇总结果里的一个数：由哪些表的哪一格相加而成",
                    "Explain a rule, or a figure of a result: which cells of which forms it is made of",
                ))
                .arg(
                    Arg::new("what").value_name("WHAT").required(true).help(say(
                        "规则的编号，如 rate-is-truncated；或一个数，如 totals.actual_expenditure、部门!F12（要加 --in）",
                        "A rule's id, such as rate-is-truncated; or a figure, such as totals.actual_expenditure or departments!F12 (with --in)",
                    )),
                )
                .arg(
                    Arg::new("in").long("in").value_name("DIR").value_parser(value_parser!(PathBuf)).help(say(
                        "汇总结果的文件夹",
                        "Folder of the result",
                    )),
                )
                .arg(inputs_elsewhere(lang))
                .arg(text_or_json(lang))
                .arg(plugin(lang)),
        )
        .subcommand(
            Command::new("rule")
                .about(say("列出规则，或显示一条", "List rules, or show one"))
                .arg(Arg::new("what").value_name("ID").help(say("规则的编号", "A rule's id")))
                .arg(plugin(lang)),
        )
        .subcommand(
            Command::new("schema").about(say("打印公布的 JSON Schema", "Print a published JSON Schema")).arg(
                Arg::new("name")
                    .value_name("NAME")
                    .value_parser(PossibleValuesParser::new(
                        huizong_schema::publish::ALL.map(|schema| schema.name),
                    ))
                    .default_value("evaluation")
                    .help(say("哪一个", "Which one")),
            ),
        )
        .subcommand(plugin_commands(lang))
        .subcommand(
            Command::new("completions")
                .about(say("打印命令行补全脚本", "Print a completion script for a shell"))
                .arg(
                    Arg::new("shell")
                        .value_name("SHELL")
                        .required(true)
                        .value_parser(value_parser!(clap_complete::Shell))
                        .help(say("哪一种 shell", "Which shell")),
                ),
        )
        .subcommand(Command::new("man").about(say("打印手册页（roff）", "Print the manual page (roff)")));
    match lang {
        Lang::Zh => crate::chinese::headings(command),
        Lang::En => command,
    }
}

fn plugin_commands(lang: Lang) -> Command {
    let say = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    let file = || {
        Arg::new("file")
            .value_name("FILE")
            .required(true)
            .value_parser(value_parser!(PathBuf))
            .help(say("插件的动态库", "The plugin's shared library"))
    };
    Command::new("plugin")
        .about(say("登记、列出、编写和检验插件", "Add, list, write and prove plugins"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("new")
                .about(say("建立一个新插件的 Rust 工程", "Make a Rust crate for a new plugin"))
                .arg(
                    Arg::new("name")
                        .value_name("NAME")
                        .required(true)
                        .help(say("插件的编号，如 my-district", "The plugin's id, such as my-district")),
                )
                .arg(
                    Arg::new("sdk")
                        .long("sdk")
                        .value_name("DIR")
                        .value_parser(value_parser!(PathBuf))
                        .help(say(
                            "源码中的 crates/plugin-sdk（默认用编译本程序的源码）",
                            "crates/plugin-sdk of the source (default: that which this command was built from)",
                        )),
                ),
        )
        .subcommand(
            Command::new("add")
                .about(say(
                    "查看一个插件，记下它的摘要，今后才会运行",
                    "Show a plugin and pin its digest, so that it runs from now on",
                ))
                .arg(file()),
        )
        .subcommand(Command::new("list").about(say("列出设置中的插件", "List the plugins of the settings")))
        .subcommand(
            Command::new("test")
                .about(say("运行插件说明中的例子", "Run the examples of a plugin's manifest"))
                .arg(file()),
        )
        .subcommand(
            Command::new("conform")
                .about(say("逐条检验插件是否守规则", "Try every numbered rule of behaviour on a plugin"))
                .arg(file())
                .arg(
                    Arg::new("calls")
                        .long("calls")
                        .value_name("N")
                        .value_parser(value_parser!(u32))
                        .default_value("500")
                        .help(say("看内存是否增长时问多少次", "How often it is asked while its memory is watched")),
                ),
        )
}

/// The formats of a result.
fn formats() -> impl TypedValueParser<Value = ResultFormat> {
    #[cfg(feature = "parquet")]
    const FORMATS: [&str; 5] = ["json", "xlsx", "html", "csv", "parquet"];
    #[cfg(not(feature = "parquet"))]
    const FORMATS: [&str; 4] = ["json", "xlsx", "html", "csv"];
    PossibleValuesParser::new(FORMATS).map(|name| match &*name {
        "xlsx" => ResultFormat::Xlsx,
        "html" => ResultFormat::Html,
        "csv" => ResultFormat::Csv,
        "parquet" => ResultFormat::Parquet,
        _ => ResultFormat::Json,
    })
}

/// What `check` and `consolidate` share.
fn inputs(command: Command, lang: Lang) -> Command {
    let say = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    let command = command.arg(
        Arg::new("paths")
            .value_name("PATH")
            .required(true)
            .num_args(1..)
            .value_parser(value_parser!(PathBuf))
            .help(say(
                "文件、文件夹，或 -（标准输入，每行一份 JSON）",
                "Files, folders, or - (standard input, a JSON document a line)",
            )),
    );
    let file = |name: &'static str, value: &'static str| {
        Arg::new(name).long(name).value_name(value).value_parser(value_parser!(PathBuf))
    };
    asked(command, lang)
        .arg(file("roster", "FILE").help(say(
            "应报部门名单（csv 或 xlsx）：谁没报、谁不在名单上",
            "The list of departments that should report (csv or xlsx): who is missing, who is unknown",
        )))
        .arg(file("books", "FILE").help(say(
            "财政局自己的账（csv 或 xlsx：部门、三项金额、单位），与各表核对",
            "The bureau's own books (csv or xlsx: key, amounts, unit) to hold forms against",
        )))
        .arg(file("previous", "DIR").help(say(
            "上一年的汇总结果（文件夹或 consolidation.json）",
            "Last year's consolidation (its folder or consolidation.json)",
        )))
        .arg(jobs(lang))
        .arg(
            Arg::new("fail-on")
                .long("fail-on")
                .value_name("SEVERITY")
                .value_parser(["error", "warning", "never"])
                .help(say(
                    "从哪一级发现起以状态 1 退出（默认 error）",
                    "From which severity findings give exit status 1 (default: error)",
                )),
        )
}

/// What is asked of every document.
fn asked(command: Command, lang: Lang) -> Command {
    let say = |zh: &'static str, en: &'static str| lang.pick(zh, en);
    command
        .arg(
            Arg::new("year")
                .long("year")
                .value_name("YEAR")
                .value_parser(value_parser!(u16).range(1990..=2100))
                .help(say("各表应报的年度", "The year that every form should report")),
        )
        .arg(profile(lang))
        .arg(plugin(lang))
        .arg(Arg::new("in-process").long("in-process").action(ArgAction::SetTrue).help(say(
            "插件在本进程内运行：快，但插件出错会连累本程序",
            "Run plugins in this process: fast, and nothing protects from what they do",
        )))
}

/// Where the forms of a result are now.
fn inputs_elsewhere(lang: Lang) -> Arg {
    Arg::new("inputs")
        .long("inputs")
        .value_name("PATH")
        .action(ArgAction::Append)
        .value_parser(value_parser!(PathBuf))
        .help(lang.pick(
            "各表现在的位置（默认与汇总时相同）；当时给了几个路径，就重复几次",
            "Where the forms are now (default: where they were); repeated as often as paths were given then",
        ))
}

fn jobs(lang: Lang) -> Arg {
    Arg::new("jobs")
        .short('j')
        .long("jobs")
        .value_name("N")
        .value_parser(value_parser!(u16).range(1..=1024))
        .help(
            lang.pick(
                "同时用几个线程（默认按处理器数）",
                "How many threads (default: as many as processors)",
            ),
        )
}

/// How something is printed.
fn text_or_json(lang: Lang) -> Arg {
    Arg::new("format")
        .long("format")
        .value_name("FORMAT")
        .value_parser(["text", "json"])
        .default_value("text")
        .help(lang.pick("输出格式", "Output format"))
}

/// A result that is read.
fn result(name: &'static str, value: &'static str) -> Arg {
    Arg::new(name).value_name(value).required(true).value_parser(value_parser!(PathBuf))
}

/// Where the result goes.
fn out(value: &'static str) -> Arg {
    Arg::new("out").short('o').long("out").value_name(value).value_parser(value_parser!(PathBuf))
}

fn plugin(lang: Lang) -> Arg {
    Arg::new("plugin")
        .long("plugin")
        .value_name("FILE")
        .action(ArgAction::Append)
        .value_parser(value_parser!(PathBuf))
        .help(lang.pick(
            "本次运行加用的插件（动态库），可重复",
            "A plugin (shared library) for this run; may be repeated",
        ))
}

fn profile(lang: Lang) -> Arg {
    Arg::new("profile").long("profile").value_name("PROFILE").help(lang.pick(
        "按哪个版式读表：内置版式的名字，或 TOML 文件",
        "Which profile to read forms by: a built-in one's name, or a TOML file",
    ))
}
