//! Random documents whose members all have cells in a form.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use crate::documents::{amount, points, signed};

const WORDS: [&str; 24] = [
    "档案修复",
    "主题展览",
    "咨询服务",
    "“数字”馆藏",
    "甲",
    "ＡＢＣ",
    "a<b",
    "R&D",
    "\u{1f4c4}",
    "a\"b\\c",
    "9场",
    "（含补办）",
    "≥95%",
    "第三季度",
    "it's",
    "5% off",
    "1,280",
    "—",
    "下乡",
    "，",
    "、",
    "x = y",
    "2022年",
    "满意度",
];
/// Texts that cannot be mistaken for a sentence about money.
const NAMES: [&str; 8] = ["流动展品", "维护", "（二期）", "A区", "科普", "讲堂", "“星火”", "改造"];

/// The built-in form that a document is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The district's form.
    District,
    /// The national-style form with scores.
    Scored,
}

impl Form {
    /// Both forms.
    pub const ALL: [Self; 2] = [Self::District, Self::Scored];

    /// The profile's id.
    pub fn profile(self) -> &'static str {
        match self {
            Self::District => "guangzhou-tianhe",
            Self::Scored => "mof-general",
        }
    }
}

fn text(rng: &mut Rng) -> String {
    let words: Vec<&str> = (0..rng.usize(1..5)).map(|_| WORDS[rng.usize(..WORDS.len())]).collect();
    let text = words.join(if rng.u8(0..4) == 0 { " " } else { "" });
    // Begin and end with a word: punctuation at the ends has no meaning, and nobody writes it.
    format!("事{text}项")
}

fn name(rng: &mut Rng) -> String {
    (0..rng.usize(1..4)).map(|_| NAMES[rng.usize(..NAMES.len())]).collect()
}

fn texts(rng: &mut Rng) -> Value {
    (0..rng.usize(1..4)).map(|_| text(rng)).collect()
}

fn may(rng: &mut Rng, object: &mut Map<String, Value>, name: &str, value: impl FnOnce(&mut Rng) -> Value) {
    if rng.bool() {
        let value = value(rng);
        object.insert(name.to_owned(), value);
    }
}

/// Sets the members at these pointers, each with a probability of one half.
fn set(rng: &mut Rng, document: &mut Value, pointers: &[&str], value: impl Fn(&mut Rng) -> Value) {
    for pointer in pointers {
        if rng.bool() {
            put(document, pointer, value(rng));
        }
    }
}

fn put(document: &mut Value, pointer: &str, value: Value) {
    let mut at = document;
    for token in pointer.split('/').skip(1) {
        if at.is_null() {
            *at = json!({});
        }
        at = &mut at[token];
    }
    *at = value;
}

/// A random document that the form can show in full. Its figures need not agree with each other.
pub fn document(rng: &mut Rng, form: Form) -> Value {
    let scope = ["consolidated", "single"][rng.usize(..2)];
    let unit = ["CNY_10K", "CNY"][rng.usize(..2)];
    let mut document = json!({
        "schema_version": "1.0",
        "department": {"name": format!("示范{}局", name(rng)), "scope": scope},
        "fiscal_year": rng.u16(1990..=2100),
        "unit": unit,
        "budget": {"initial_budget": amount(rng), "adjusted_budget": amount(rng), "actual_expenditure": amount(rng)},
    });
    if rng.bool() {
        document["department"]["parent"] = name(rng).into();
        // A form that includes its units is a department's, whatever it names above itself.
        if scope == "single" {
            document["department"]["level"] = "unit".into();
        }
    }
    set(rng, &mut document, &["/department/code", "/department/credit_code"], |rng| {
        rng.u64(100_000..999_999_999_999).to_string().into()
    });
    set(rng, &mut document, &["/budget/completion_rate"], |rng| amount(rng).into());
    set(rng, &mut document, &["/goal/expected", "/goal/achieved", "/narrative/conclusion"], texts);
    set(rng, &mut document, &["/submission/prepared_by", "/submission/date"], |rng| name(rng).into());
    match form {
        Form::District => district(rng, &mut document),
        Form::Scored => scored(rng, &mut document),
    }
    document
}

const SOURCES: [&str; 8] = [
    "general_public_budget",
    "government_fund_budget",
    "state_capital_budget",
    "fiscal_appropriation",
    "fiscal_special_account",
    "unit_funds",
    "carried_over",
    "other",
];

fn district(rng: &mut Rng, document: &mut Value) {
    set(rng, document, &["/budget/budget_adjustment", "/budget/adjustment_rate"], |rng| signed(rng).into());
    for source in SOURCES {
        set(rng, document, &[&format!("/budget/by_source/{source}/actual_expenditure")], |rng| {
            amount(rng).into()
        });
    }
    for nature in ["basic", "project"] {
        set(rng, document, &[&format!("/budget/by_nature/{nature}/actual_expenditure")], |rng| {
            amount(rng).into()
        });
    }
    set(rng, document, &["/narrative/performance", "/narrative/problems", "/narrative/improvements"], texts);
    let with_targets = rng.bool();
    let tasks: Vec<Value> = (0..rng.usize(0..4)).map(|_| task(rng, with_targets)).collect();
    if !tasks.is_empty() {
        document["tasks"] = tasks.into();
    }
    let projects: Vec<Value> = (0..rng.usize(0..3)).map(|_| project(rng)).collect();
    if !projects.is_empty() {
        document["key_projects"] = projects.into();
    }
}

fn task(rng: &mut Rng, with_targets: bool) -> Value {
    let mut task = Map::from_iter([("name".to_owned(), text(rng).into())]);
    may(rng, &mut task, "expected", texts);
    may(rng, &mut task, "achieved", texts);
    may(rng, &mut task, "funds", |rng| amount(rng).into());
    let indicators: Vec<Value> = (0..rng.usize(0..4))
        .map(|_| {
            let mut indicator = Map::from_iter([("name".to_owned(), text(rng).into())]);
            if with_targets {
                may(rng, &mut indicator, "target", |rng| text(rng).into());
            }
            may(rng, &mut indicator, "result", |rng| text(rng).into());
            Value::Object(indicator)
        })
        .collect();
    if !indicators.is_empty() {
        task.insert("indicators".into(), indicators.into());
    }
    Value::Object(task)
}

fn project(rng: &mut Rng) -> Value {
    let level = ["一级项目", "二级项目", "市级项目", "区级项目"][rng.usize(..4)];
    let mut project =
        Map::from_iter([("name".to_owned(), name(rng).into()), ("level".to_owned(), level.into())]);
    may(rng, &mut project, "budget_requested", |rng| amount(rng).into());
    may(rng, &mut project, "funds_used", |rng| amount(rng).into());
    may(rng, &mut project, "outcomes", |rng| (0..rng.usize(1..3)).map(|_| name(rng)).collect());
    Value::Object(project)
}

fn scored(rng: &mut Rng, document: &mut Value) {
    for source in SOURCES {
        let of = |column| format!("/budget/by_source/{source}/{column}");
        for column in ["initial_budget", "adjusted_budget", "actual_expenditure", "completion_rate"] {
            set(rng, document, &[&of(column)], |rng| amount(rng).into());
        }
    }
    set(
        rng,
        document,
        &["/scorecard/execution/weight", "/scorecard/execution/score", "/scorecard/total_score"],
        |rng| points(rng).into(),
    );
    let indicators: Vec<Value> = (0..rng.usize(0..7))
        .map(|_| {
            let level1 = ["产出指标", "效益指标"][rng.usize(..2)];
            let level2 = ["数量指标", "质量指标", "时效指标"][rng.usize(..3)];
            let mut indicator = Map::from_iter([
                ("level1".to_owned(), level1.into()),
                ("level2".to_owned(), level2.into()),
                ("name".to_owned(), text(rng).into()),
            ]);
            for member in ["target", "result", "deviation_reason"] {
                may(rng, &mut indicator, member, |rng| text(rng).into());
            }
            may(rng, &mut indicator, "weight", |rng| points(rng).into());
            may(rng, &mut indicator, "score", |rng| points(rng).into());
            Value::Object(indicator)
        })
        .collect();
    if !indicators.is_empty() {
        document["scorecard"]["indicators"] = indicators.into();
    }
}
