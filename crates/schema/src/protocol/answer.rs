//! A plugin's answer.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use rust_decimal::Decimal;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::decimal::{Amount, Percent, Points, SignedAmount, SignedPercent};
use crate::findings::Severity;
use crate::object_only::{integer, object_only};
use crate::pointer::Pointer;

/// What a plugin found and measured.
///
/// 插件的发现和统计结果。
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
#[schemars(title = "插件答复 / Answer")]
pub struct Answer {
    /// What its rules found.
    ///
    /// 插件各条规则的发现。
    #[serde(default)]
    pub findings: Vec<Reported>,
    /// What it measured, at the end of the set.
    ///
    /// 全部表送完时，插件统计的结果。
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aggregates: Vec<Measured>,
    /// What it has to say to its author. A bounded part of it is shown; nothing depends on it.
    ///
    /// 给插件作者看的内容。只显示限定长度的一部分，不影响任何结果。
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<String>,
}

/// One thing that a rule of a plugin found.
///
/// 插件的一条规则的一项发现。
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct Reported {
    /// The rule, one that the manifest declares.
    ///
    /// 规则，必须是插件说明中声明过的。
    #[schemars(with = "crate::shape::DeclaredId")]
    pub rule: String,
    /// The document concerned: one of the request, or for the set one that was fed.
    ///
    /// 有关的表：请求中的一份；针对全部表的，是送过的一份。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// For a rule about the set: the documents concerned, where there are several.
    ///
    /// 针对全部表的规则：有关的表不止一份时，都写在这里。
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<String>,
    /// The member concerned: one that is there, or a member of the schema whose parent is there.
    ///
    /// 有关的字段：表中已有的字段，或模式中有、且上一级在表中的字段。
    #[serde(default)]
    pub pointer: Pointer,
    /// The message's arguments: all that the rule declares, and no others.
    ///
    /// 提示的参数：规则声明的都要写，没有声明的不能写。
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "each_once")]
    pub args: BTreeMap<Cow<'static, str>, Given>,
    /// A severity below the rule's.
    ///
    /// 比规则所定级别低的级别。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
}

/// Reads arguments, each of which may be named only once.
fn each_once<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<Cow<'static, str>, Given>, D::Error> {
    struct Visitor;
    impl<'de> de::Visitor<'de> for Visitor {
        type Value = BTreeMap<Cow<'static, str>, Given>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("arguments by name")
        }
        fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut args = BTreeMap::new();
            while let Some((name, value)) = map.next_entry::<String, Given>()? {
                if args.insert(Cow::Owned(name), value).is_some() {
                    return Err(de::Error::custom("an argument is named twice"));
                }
            }
            Ok(args)
        }
    }
    deserializer.deserialize_map(Visitor)
}

/// A value that a plugin gives for an argument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Given {
    /// A whole number.
    Count(u64),
    /// A text or a decimal string.
    Text(String),
}

impl From<&str> for Given {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Given {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Given {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<u32> for Given {
    fn from(count: u32) -> Self {
        Self::Count(count.into())
    }
}

impl From<Decimal> for Given {
    fn from(value: Decimal) -> Self {
        Self::Text(value.to_string())
    }
}

macro_rules! given_as_printed {
    ($($name:ident)*) => { $(
        impl From<$name> for Given {
            fn from(value: $name) -> Self {
                Self::Text(value.to_string())
            }
        }
    )* };
}

given_as_printed!(Amount SignedAmount Percent SignedPercent Points);

impl From<usize> for Given {
    fn from(count: usize) -> Self {
        Self::Count(count as u64)
    }
}

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Given;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or a whole number")
            }
            fn visit_u64<E>(self, count: u64) -> Result<Given, E> {
                Ok(Given::Count(count))
            }
            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Given, E> {
                integer(number).map(Given::Count).ok_or_else(|| E::custom("not a whole number"))
            }
            fn visit_str<E>(self, text: &str) -> Result<Given, E> {
                Ok(Given::Text(text.to_owned()))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl JsonSchema for Given {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Given".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An amount, a percent or points as a decimal string; a count as an integer; else a text.\n\n金额、百分数和分数写成十进制字符串，个数写成整数，其余写成文字。",
            "type": ["string", "integer"],
            "minimum": 0,
            "maximum": 9_007_199_254_740_991_u64
        })
    }
}

/// One value of an aggregate.
///
/// 统计项的一个值。
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self")]
#[schemars(!remote)]
pub struct Measured {
    /// The aggregate, one that the manifest declares.
    ///
    /// 统计项，必须是插件说明中声明过的。
    #[schemars(with = "crate::shape::DeclaredId")]
    pub id: String,
    /// The group, by the columns that the request names for its documents. Empty: the whole set.
    ///
    /// 分组，按请求中各表所列的列。为空表示全部表。
    #[serde(default)]
    pub group: BTreeMap<String, String>,
    /// The value: a decimal string with at most as many decimals as declared.
    ///
    /// 值，写成十进制字符串，小数位数不超过声明的位数。
    #[schemars(with = "crate::shape::Decimal")]
    pub value: String,
}

object_only!(Answer, Reported, Measured);
