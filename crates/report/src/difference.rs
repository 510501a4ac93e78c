//! Compares two consolidations as text, and as a table for the workbook.

use std::fmt::Write as _;

use huizong_core::Lang;
use huizong_core::number::percent_of_sums;
use huizong_schema::Money;
use huizong_schema::difference::{Cause, Difference, PartChange, Span, TotalChange};
use huizong_schema::figures::{Figure, Rate, Top};

use crate::amounts::{in_ten_thousands, ten_thousands};
use crate::table::{Column, Kind, Table, Value};
use crate::terminal::visible;

/// The number of departments listed for each total; the JSON and the workbook list all.
const LISTED: usize = 5;

/// Names a cause.
pub fn cause(cause: Cause, lang: Lang) -> &'static str {
    match cause {
        Cause::Late => lang.pick("后来才报", "came late"),
        Cause::Corrected => lang.pick("原表更正", "corrected"),
        Cause::Replaced => lang.pick("换了一份表", "replaced"),
        Cause::Counted => lang.pick("原未计入，现计入", "counts now"),
        Cause::Uncounted => lang.pick("原计入，现未计入", "does not count any more"),
        Cause::Withdrawn => lang.pick("表已撤回", "withdrawn"),
        Cause::Reread => {
            lang.pick("表未变，规则、设置或程序变了", "the same form, other rules, settings or command")
        }
        Cause::Regrouped => lang.pick(
            "改为随主管部门合并报送，或改为单独报送",
            "with its department on one side, by itself on the other",
        ),
        Cause::Filled => lang.pick("原来没填这一项，现在填了", "reported for the first time"),
        Cause::Emptied => lang.pick("原来填了这一项，现在没填", "not reported any more"),
        Cause::Changed => lang.pick("比上年有增减", "another figure"),
        Cause::New => lang.pick("后一年新增的部门", "new in the later year"),
        Cause::Gone => lang.pick("本年已无的部门", "gone in the later year"),
        Cause::MissingBefore => lang.pick("前一年没有计入", "not counted in the earlier year"),
        Cause::MissingNow => lang.pick("后一年没有计入", "not counted in the later year"),
        Cause::Unexplained => lang.pick("无法解释：结果文件被改动过", "unexplained: the file was changed"),
    }
}

/// Names an input other than the documents that differs.
fn besides(name: &str, lang: Lang) -> String {
    match name {
        "tool" => lang.pick("程序", "the command"),
        "rules" => lang.pick("规则", "rules"),
        "settings" => lang.pick("设置", "settings"),
        "plugins" => lang.pick("插件", "plugins"),
        "roster" => lang.pick("名单", "the roster"),
        "books" => lang.pick("账", "the books"),
        "previous" => lang.pick("上年结果", "last year's result"),
        "profile" => lang.pick("版式", "the profile"),
        "template" => lang.pick("模板", "the template"),
        other => other,
    }
    .to_owned()
}

/// Names the two sides.
pub fn sides(difference: &Difference, lang: Lang) -> [String; 2] {
    let year = |year: Option<u16>, otherwise: &str| {
        year.map_or_else(|| otherwise.to_owned(), |year| lang.pick(format!("{year} 年"), year.to_string()))
    };
    let (old, new) = (lang.pick("原结果", "earlier"), lang.pick("新结果", "later"));
    match difference.span {
        Span::SameYear => [old.to_owned(), new.to_owned()],
        Span::TwoYears => [year(difference.old.fiscal_year, old), year(difference.new.fiscal_year, new)],
    }
}

/// Names a total.
pub fn label(figure: &str, lang: Lang) -> String {
    let label = Figure::at(figure).map(Figure::label);
    label.map_or_else(|| figure.to_owned(), |(zh, en)| lang.pick(zh, en))
}

fn signed(money: Money) -> String {
    let shown = in_ten_thousands(money);
    if money > Money::default() { format!("+{shown}") } else { shown }
}

fn maybe(money: Option<Money>) -> String {
    money.map_or_else(|| "—".to_owned(), in_ten_thousands)
}

/// The sums that the summary names; of others only the change is listed.
const MAIN: [Top; 3] = [Top::InitialBudget, Top::AdjustedBudget, Top::ActualExpenditure];

/// How much more or less a sum is, in percent of the earlier one.
fn percent(total: &TotalChange, lang: Lang) -> Option<String> {
    let (old, change) = (total.old?.millionths(), total.change.millionths());
    if old <= 0 {
        return None;
    }
    let percent = percent_of_sums(change.abs(), old);
    if change == 0 {
        return Some(lang.pick("持平", "unchanged").to_owned());
    }
    let (more, less) = lang.pick(("增", "减"), ("+", "-"));
    Some(format!("{}{percent}%", if change < 0 { less } else { more }))
}

/// The five lines that come first: what is compared, the three main sums, the rate.
fn summary(difference: &Difference, lang: Lang) -> String {
    let [old, new] = sides(difference, lang);
    let (before, after) = (difference.old.included, difference.new.included);
    let mut text = lang.pick(
        format!("{old} → {new}：计入 {before} 份表 → {after} 份。金额单位：万元。\n"),
        format!("{old} → {new}: {before} documents → {after}. Amounts in 10,000 CNY.\n"),
    );
    let none = || "—".to_owned();
    for top in MAIN {
        let Some(total) = difference.totals.iter().find(|total| total.figure == top.as_str()) else {
            continue;
        };
        let shown = |money: Option<Money>| money.map_or_else(none, ten_thousands);
        let name = label(&total.figure, lang);
        let percent = percent(total, lang)
            .map_or_else(String::new, |percent| lang.pick(format!("（{percent}）"), format!(" ({percent})")));
        let change = lang.pick("变动", "change");
        let _ = writeln!(
            text,
            "{name}  {} → {}  {change} {}{percent}",
            shown(total.old),
            shown(total.new),
            signed(total.change)
        );
    }
    let (zh, en) = Rate::Completion.label();
    if let Some(rate) = difference.rates.get(Rate::Completion.as_str()) {
        let shown = |rate: &Option<String>| rate.as_ref().map_or_else(none, |rate| format!("{rate}%"));
        let _ = writeln!(text, "{}  {} → {}", lang.pick(zh, en), shown(&rate.old), shown(&rate.new));
    }
    let spent = difference.totals.iter().find(|total| total.figure == Top::ActualExpenditure.as_str());
    if let Some((total, like)) = spent.and_then(|total| Some((total, like_with_like(total)?))) {
        let name = label(&total.figure, lang);
        let percent = percent(&like, lang)
            .map_or_else(String::new, |percent| lang.pick(format!("（{percent}）"), format!(" ({percent})")));
        let of_both = lang.pick("其中两次都计入的部门", "departments in both");
        let shown = |money: Option<Money>| money.map_or_else(none, ten_thousands);
        let _ = writeln!(text, "{of_both}：{name}  {} → {}{percent}", shown(like.old), shown(like.new));
    }
    text
}

/// A total over the departments that both sides count: [`None`] if those are all.
fn like_with_like(total: &TotalChange) -> Option<TotalChange> {
    const CAME: [Cause; 4] = [Cause::Late, Cause::Counted, Cause::New, Cause::MissingBefore];
    const WENT: [Cause; 4] = [Cause::Uncounted, Cause::Withdrawn, Cause::Gone, Cause::MissingNow];
    let none = Money::default();
    let is_of = |part: &&PartChange, causes: &[Cause]| causes.contains(&part.cause);
    let of = |is: &dyn Fn(&&PartChange) -> bool| -> i128 {
        total.parts.iter().filter(is).map(|part| part.change.millionths()).sum()
    };
    let came = of(&|part| is_of(part, &CAME) || part.cause == Cause::Regrouped && part.change > none);
    let went = of(&|part| is_of(part, &WENT) || part.cause == Cause::Regrouped && part.change < none);
    if came == 0 && went == 0 {
        return None;
    }
    // What went was in the earlier total alone, what came in the later one.
    let money = Money::from_millionths;
    let (old, new) = (total.old?.millionths() + went, total.new?.millionths() - came);
    let (old_sum, new_sum) = (money(old), money(new));
    Some(TotalChange { old: Some(old_sum), new: Some(new_sum), change: money(new - old), ..total.clone() })
}

/// Writes a summary, then the changes with the numbers needed to check the main sums. Amounts are in 万元, exactly.
pub fn text(difference: &Difference, lang: Lang) -> String {
    let mut text = summary(difference, lang);
    if let Some(names) = difference.besides.as_deref().filter(|names| !names.is_empty()) {
        let names: Vec<String> = names.iter().map(|name| besides(name, lang)).collect();
        let _ = match lang {
            Lang::Zh => writeln!(text, "除各部门的表外，下列也有变化：{}。", names.join("、")),
            Lang::En => writeln!(text, "Besides the forms these differ: {}.", names.join(", ")),
        };
    }
    let mut same: Vec<String> = Vec::new();
    for total in &difference.totals {
        if total.change == Money::default() && total.parts.is_empty() {
            same.push(label(&total.figure, lang));
        } else {
            self::total(&mut text, total, lang);
        }
    }
    for of in Rate::ALL.iter().filter(|of| **of != Rate::Completion) {
        let (zh, en) = of.label();
        let (Some(rate), label) = (difference.rates.get(of.as_str()), lang.pick(zh, en)) else { continue };
        let shown =
            |rate: &Option<String>| rate.as_ref().map_or_else(|| "—".to_owned(), |rate| format!("{rate}%"));
        if rate.old == rate.new {
            same.push(label.to_owned());
        } else {
            let _ = writeln!(text, "\n{label}  {} → {}", shown(&rate.old), shown(&rate.new));
        }
    }
    if !same.is_empty() {
        let same = same.join(lang.pick("、", ", "));
        let _ = writeln!(text, "\n{}{same}{}", lang.pick("没有变化：", "Unchanged: "), lang.pick("。", "."));
    }
    visible(&text)
}

fn total(text: &mut String, total: &TotalChange, lang: Lang) {
    let name = label(&total.figure, lang);
    let (old, new) = (maybe(total.old), maybe(total.new));
    if !MAIN.iter().any(|top| total.figure == top.as_str()) {
        let _ = writeln!(text, "\n{name}  {old} → {new}  {}", signed(total.change));
        return;
    }
    let of = lang.pick("各部门的变动", "by department");
    let _ = writeln!(text, "\n{name}{}{of}", lang.pick("：", ": "));
    for (why, change) in &total.by_cause {
        if *why == Cause::Unexplained {
            let _ = writeln!(text, "  {}  {}", cause(*why, lang), signed(*change));
            continue;
        }
        let mut of: Vec<&PartChange> = total.parts.iter().filter(|part| part.cause == *why).collect();
        let count = of.len();
        let _ = match lang {
            Lang::Zh => writeln!(text, "  {}  {}（{count} 个部门）", cause(*why, lang), signed(*change)),
            Lang::En => {
                let departments = if count == 1 { "department" } else { "departments" };
                writeln!(text, "  {}  {} ({count} {departments})", cause(*why, lang), signed(*change))
            }
        };
        of.sort_by_key(|part| std::cmp::Reverse(part.change.millionths().unsigned_abs()));
        for part in of.iter().take(LISTED) {
            let department = part.department.as_deref().unwrap_or("—");
            let _ = writeln!(
                text,
                "    {department}  {} → {}  {}",
                maybe(part.old),
                maybe(part.new),
                signed(part.change)
            );
        }
        if count > LISTED {
            let more = count - LISTED;
            let _ = match lang {
                Lang::Zh => writeln!(text, "    另有 {more} 个，用 -o 文件.xlsx 看全部"),
                Lang::En => writeln!(text, "    and {more} more: -o FILE.xlsx or --format json has all"),
            };
        }
    }
}

/// The table of each department's part in the change of each total.
pub fn parts(difference: &Difference) -> Table<'_> {
    let [old, new] = sides(difference, Lang::Zh);
    let money = |id, zh: String| Column { id, zh: format!("{zh}（元）").into(), kind: Kind::Money };
    let columns = vec![
        Column::new("figure", "项目", Kind::Text),
        Column::new("department", "部门", Kind::Text),
        Column::new("code", "预算单位编码", Kind::Text),
        Column::new("cause", "原因", Kind::Text),
        money("old".into(), old.clone()),
        money("new".into(), new.clone()),
        Column::new("change", "变动（元）", Kind::Money),
        Column { id: "old_document".into(), zh: format!("{old}的文件").into(), kind: Kind::Text },
        Column { id: "new_document".into(), zh: format!("{new}的文件").into(), kind: Kind::Text },
    ];
    let rows = difference.totals.iter().flat_map(|total| {
        total.parts.iter().map(|part| {
            vec![
                Value::text(label(&total.figure, Lang::Zh)),
                Value::maybe(part.department.as_deref()),
                Value::maybe(part.code.as_deref()),
                Value::text(cause(part.cause, Lang::Zh)),
                Value::money(part.old),
                Value::money(part.new),
                Value::Money(part.change),
                Value::maybe(part.old_document.as_deref()),
                Value::maybe(part.new_document.as_deref()),
            ]
        })
    });
    Table { id: "changes", columns, rows: Box::new(rows) }
}
