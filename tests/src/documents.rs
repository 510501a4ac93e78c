//! Random documents that conform to the published schema.

use fastrand::Rng;
use serde_json::{Map, Value, json};

const WORDS: [&str; 12] = [
    "档案修复",
    "主题展览",
    "咨询服务",
    "“数字”馆藏",
    "甲",
    "ＡＢＣ",
    "line\nbreak",
    "tab\there",
    "\u{1f4c4}",
    "a\"b\\c",
    "",
    "无",
];

fn text(rng: &mut Rng) -> Value {
    let words: Vec<&str> = (0..rng.usize(1..4)).map(|_| WORDS[rng.usize(..WORDS.len())]).collect();
    words.concat().into()
}

fn name(rng: &mut Rng) -> Value {
    format!("示范区第{}局", rng.u32(0..40)).into()
}

fn texts(rng: &mut Rng) -> Value {
    (0..rng.usize(0..3)).map(|_| text(rng)).collect()
}

/// A decimal string in the range of amounts.
pub fn amount(rng: &mut Rng) -> String {
    let whole = match rng.u8(0..8) {
        0 => 0,
        1 => rng.u64(0..10),
        2 => rng.u64(0..1_000_000_000_000_000),
        _ => rng.u64(0..1_000_000),
    };
    match rng.usize(0..7) {
        0 => whole.to_string(),
        places => format!("{whole}.{:0places$}", rng.u64(0..10_u64.pow(u32::try_from(places).unwrap_or(1)))),
    }
}

/// A decimal string in the range of amounts, possibly negative.
pub fn signed(rng: &mut Rng) -> String {
    let amount = amount(rng);
    let is_zero = amount.bytes().all(|b| !(b'1'..=b'9').contains(&b));
    if rng.bool() && !is_zero { format!("-{amount}") } else { amount }
}

/// A decimal string in the range of points.
pub fn points(rng: &mut Rng) -> String {
    match rng.usize(0..5) {
        0 => rng.u32(0..10_000).to_string(),
        places => format!(
            "{}.{:0places$}",
            rng.u32(0..9_999),
            rng.u32(0..10_u32.pow(u32::try_from(places).unwrap_or(1)))
        ),
    }
}

/// Adds a member with a probability of one half.
fn may(rng: &mut Rng, object: &mut Map<String, Value>, name: &str, make: impl FnOnce(&mut Rng) -> Value) {
    if rng.bool() {
        let value = make(rng);
        object.insert(name.to_owned(), value);
    }
}

fn object(rng: &mut Rng, fill: impl FnOnce(&mut Rng, &mut Map<String, Value>)) -> Value {
    let mut map = Map::new();
    fill(rng, &mut map);
    Value::Object(map)
}

fn list(rng: &mut Rng, item: impl Fn(&mut Rng) -> Value) -> Value {
    (0..rng.usize(0..4)).map(|_| item(rng)).collect()
}

fn figures(rng: &mut Rng, with_rate: bool) -> Value {
    object(rng, |rng, map| {
        for column in ["initial_budget", "adjusted_budget", "actual_expenditure"] {
            may(rng, map, column, |rng| amount(rng).into());
        }
        if with_rate {
            may(rng, map, "completion_rate", |rng| amount(rng).into());
        }
    })
}

fn indicator(rng: &mut Rng, levels: bool) -> Value {
    object(rng, |rng, map| {
        if levels {
            may(rng, map, "level1", text);
            may(rng, map, "level2", text);
        }
        for member in ["name", "target", "result", "measure_unit", "sign", "deviation_reason"] {
            may(rng, map, member, text);
        }
        may(rng, map, "weight", |rng| points(rng).into());
        may(rng, map, "score", |rng| points(rng).into());
    })
}

fn anything(rng: &mut Rng, depth: usize) -> Value {
    match rng.u8(0..if depth == 0 { 5 } else { 7 }) {
        0 => Value::Null,
        1 => rng.bool().into(),
        2 => rng.i64(-1000..1000).into(),
        3 => json!(rng.f64() * 1e6),
        4 => text(rng),
        5 => (0..rng.usize(0..3)).map(|_| anything(rng, depth - 1)).collect(),
        _ => object(rng, |rng, map| {
            for _ in 0..rng.usize(0..3) {
                let value = anything(rng, depth - 1);
                map.insert(WORDS[rng.usize(..WORDS.len())].to_owned(), value);
            }
        }),
    }
}

/// A random document that conforms to the published schema. Its figures need not agree with each other.
pub fn document(rng: &mut Rng) -> Value {
    object(rng, |rng, map| {
        map.insert("schema_version".into(), "1.0".into());
        may(rng, map, "$schema", text);
        let department = object(rng, |rng, map| {
            let own = name(rng);
            map.insert("name".into(), own);
            for member in ["code", "credit_code", "parent"] {
                may(rng, map, member, name);
            }
            may(rng, map, "scope", |rng| ["consolidated", "single"][rng.usize(..2)].into());
            may(rng, map, "level", |rng| ["department", "unit"][rng.usize(..2)].into());
            may(rng, map, "units", |rng| {
                list(rng, |rng| {
                    object(rng, |rng, map| {
                        let unit = name(rng);
                        map.insert("name".into(), unit);
                        may(rng, map, "code", name);
                    })
                })
            });
        });
        map.insert("department".into(), department);
        let year = rng.u16(1990..=2100);
        map.insert(
            "fiscal_year".into(),
            if rng.u8(0..10) == 0 { json!(f64::from(year)) } else { year.into() },
        );
        map.insert("unit".into(), ["CNY_10K", "CNY"][rng.usize(..2)].into());
        let budget = object(rng, |rng, map| {
            for column in ["initial_budget", "adjusted_budget", "actual_expenditure"] {
                map.insert(column.into(), amount(rng).into());
            }
            may(rng, map, "budget_adjustment", |rng| signed(rng).into());
            may(rng, map, "completion_rate", |rng| amount(rng).into());
            may(rng, map, "adjustment_rate", |rng| signed(rng).into());
            may(rng, map, "by_source", |rng| {
                object(rng, |rng, map| {
                    for source in huizong_schema::figures::Source::ALL {
                        may(rng, map, source.as_str(), |rng| figures(rng, true));
                    }
                })
            });
            may(rng, map, "by_nature", |rng| {
                object(rng, |rng, map| {
                    may(rng, map, "basic", |rng| figures(rng, false));
                    may(rng, map, "project", |rng| figures(rng, false));
                })
            });
        });
        map.insert("budget".into(), budget);
        may(rng, map, "goal", |rng| texts_of(rng, &["expected", "achieved", "deviation_reason"]));
        may(rng, map, "tasks", |rng| {
            list(rng, |rng| {
                object(rng, |rng, map| {
                    may(rng, map, "name", text);
                    may(rng, map, "expected", texts);
                    may(rng, map, "achieved", texts);
                    may(rng, map, "indicators", |rng| list(rng, |rng| indicator(rng, false)));
                    may(rng, map, "budget", |rng| amount(rng).into());
                    may(rng, map, "funds", |rng| amount(rng).into());
                })
            })
        });
        may(rng, map, "key_projects", |rng| {
            list(rng, |rng| {
                object(rng, |rng, map| {
                    may(rng, map, "name", text);
                    may(rng, map, "level", text);
                    may(rng, map, "budget_requested", |rng| amount(rng).into());
                    may(rng, map, "funds_used", |rng| amount(rng).into());
                    may(rng, map, "outcomes", texts);
                })
            })
        });
        may(rng, map, "narrative", |rng| {
            texts_of(rng, &["performance", "problems", "improvements", "conclusion"])
        });
        may(rng, map, "scorecard", |rng| {
            object(rng, |rng, map| {
                may(rng, map, "execution", |rng| {
                    object(rng, |rng, map| {
                        may(rng, map, "weight", |rng| points(rng).into());
                        may(rng, map, "score", |rng| points(rng).into());
                    })
                });
                may(rng, map, "indicators", |rng| list(rng, |rng| indicator(rng, true)));
                may(rng, map, "total_score", |rng| points(rng).into());
            })
        });
        may(rng, map, "submission", |rng| {
            object(rng, |rng, map| {
                may(rng, map, "prepared_by", text);
                may(rng, map, "date", text);
            })
        });
        may(rng, map, "extensions", |rng| {
            object(rng, |rng, map| {
                for namespace in ["tianhe", "x", "a-1"] {
                    may(rng, map, namespace, |rng| {
                        object(rng, |rng, map| may(rng, map, "member", |rng| anything(rng, 4)))
                    });
                }
            })
        });
    })
}

fn texts_of(rng: &mut Rng, members: &[&str]) -> Value {
    object(rng, |rng, map| members.iter().for_each(|member| may(rng, map, member, texts)))
}
