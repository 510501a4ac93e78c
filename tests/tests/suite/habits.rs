//! The kinds of things that people and programs do to a form, each in a table with known columns: a text in its place is
//! that text, several things in one cell are several, and what is near the form is not part of it.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use huizong_core::{InputKind, OtherForm};
use huizong_forms::{Options, Read, read};
use huizong_tests::forms::{at, found, only_named};
use rust_decimal::Decimal;

/// The rows of a form: `^` continues the cell above, `<` the one to the left.
const FORM: [&str; 19] = [
    "2023年度示范局部门整体支出绩效自评表|<|<|<|<|<|<",
    "单位：万元|<|<|<|<|<|<",
    "部门名称（汇总）|示范局|<|<|被评价年度|2023年|<",
    "部门资金情况|部门调整预算收入|280.19|部门年初预算收入|339.04|<|<",
    "^|实际支出数|276.50|年度预算调整数|58.85|<|<",
    "^|其中：一般公共预算|250.50|政府性基金预算|26.00|<|<",
    "^|其中：基本支出|180.30|项目支出|96.20|<|<",
    "^|预算完成率|98.68%|预算调整率|17.36%|<|<",
    "年度目标|部门整体支出的预期目标|<|<|部门整体支出的目标完成情况|<|<",
    "^|办好展览。|<|<|展览办好了。|<|<",
    "主要任务|预期目标|目标完成情况|关键指标|<|指标完成情况|任务涉及资金",
    "展览|办三场。|办了四场。|场次|<|4|61.25",
    "^|^|^|人数|<|3500人|^",
    "咨询|答复来信。|都答复了。|来信|<|120封|121.60",
    "培训|培训讲解员。|培训了三十人。|人数|<|30人|25.20",
    "重点项目绩效情况|一级项目：展陈费 预算资金申报13.00万元。实际资金使用8.54万元。具体成效：观众满意。|<|<|<|<|<",
    "部门整体绩效|观众比上年多。|<|<|<|<|<",
    "存在问题|人手不足。|<|<|<|<|<",
    "改进措施或下一步计划|增加讲解员。|<|<|<|<|<",
];

/// A form as a web page, with rows changed.
fn page(changes: &[(&str, &str)]) -> String {
    let mut text = FORM.join("\n");
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    let rows: Vec<Vec<&str>> =
        text.lines().filter(|line| !line.is_empty()).map(|line| line.split('|').collect()).collect();
    let mut out = "<meta charset=utf-8><table>".to_owned();
    for (row, cells) in rows.iter().enumerate() {
        out += "<tr>";
        for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| !matches!(**cell, "^" | "<")) {
            let right = 1 + cells[column + 1..].iter().take_while(|cell| **cell == "<").count();
            let down = 1 + rows[row + 1..].iter().take_while(|row| row.get(column) == Some(&"^")).count();
            let shown = cell.replace('⏎', "<br>");
            out.extend([format!("<td colspan={right} rowspan={down}>{shown}</td>")]);
        }
        out += "</tr>";
    }
    out + "</table>"
}

fn form(changes: &[(&str, &str)]) -> Read {
    only_named("a.html", &page(changes))
}

/// The form is read as it is without the changes, but for these members.
fn reads(changes: &[(&str, &str)], members: &[(&str, &str)]) {
    let (altered, without) = (form(changes), form(&[]));
    let mut expected = serde_json::to_value(&without.draft).unwrap();
    for (pointer, value) in members {
        let value = serde_json::from_str(value).unwrap_or_else(|_| (*value).into());
        match expected.pointer_mut(pointer) {
            Some(member) => *member = value,
            None => {
                let (parent, name) = pointer.rsplit_once('/').unwrap();
                expected.pointer_mut(parent).unwrap()[name] = value;
            }
        }
    }
    assert_eq!(serde_json::to_value(&altered.draft).unwrap(), expected, "{changes:?}");
}

#[test]
fn the_form_without_habits_has_no_findings() {
    let read = form(&[]);
    assert!(found(&read).is_empty() && read.notices.is_empty(), "{:?}", found(&read));
    assert_eq!(at(&read, "/tasks/0/indicators/1/result"), "3500人");
}

#[test]
fn several_labels_in_a_cell_are_several() {
    let head = "部门名称（汇总）|示范局|<|<|被评价年度|2023年|<";
    for gap in [" ", "          ", "\u{3000}\u{3000}", "⏎", "；"] {
        reads(&[(head, &format!("部门名称（汇总）：示范局{gap}被评价年度：2023年|<|<|<|<|<|<"))], &[]);
    }
    reads(&[(head, "部门名称（汇总）：示范局 联系电话：020-12345678|<|<|<|被评价年度|2023年|<")], &[]);
    reads(&[("部门名称（汇总）|示范局", "部门名称|示范局 ☑汇总 □本级")], &[]);
    reads(&[("|示范局|<|<|被", "|[101001]示范局|<|<|被")], &[]);
    reads(&[("|示范局|<|<|被", "|示范局（盖章）|<|<|被")], &[]);
    reads(
        &[(
            "其中：一般公共预算|250.50|政府性基金预算|26.00|<|<",
            "其中：一般公共预算⏎政府性基金预算|250.50⏎26.00|<|<|<|<",
        )],
        &[],
    );
}

#[test]
fn a_text_in_its_place_is_that_text_however_it_begins() {
    for begins in [
        "预算执行率：98.68%。进度正常。",
        "基本支出：运转正常。",
        "填表人：甲。",
        "单位名称：要规范。",
        "其他：无。",
    ] {
        let text = format!("[\"{begins}\"]");
        reads(&[("存在问题|人手不足。", &format!("存在问题|{begins}"))], &[("/narrative/problems", &text)]);
        reads(&[("|办好展览。", &format!("|{begins}"))], &[("/goal/expected", &text)]);
    }
    for name in ["预算执行率", "预算年度", "主管部门", "其他", "实际支出：276.50万元"] {
        reads(&[("|人数|<|3500人", &format!("|{name}|<|3500人"))], &[("/tasks/0/indicators/1/name", name)]);
    }
    reads(&[("|培训讲解员。", "|说明：培训讲解员。")], &[("/tasks/2/expected", "[\"说明：培训讲解员。\"]")]);
}

#[test]
fn sums_footers_and_annexes_are_not_tasks_or_texts() {
    let task = "培训|培训讲解员。";
    let after = "|<|30人|25.20";
    for sum in ["合计", "合 计", "合计（3项）", "累计", "资金总额", "以上三项任务涉及资金合计", "Total", "计"]
    {
        reads(&[(after, &format!("{after}\n{sum}|<|<|<|<|<|208.05"))], &[]);
    }
    reads(&[(task, &format!("小计|<|<|<|<|<|182.85\n{task}"))], &[]);
    let last = "改进措施或下一步计划|增加讲解员。|<|<|<|<|<";
    for foot in [
        "单位负责人（签字）：甲 联系电话：020-1|<|<|<|<|<|<",
        "（部门盖章）|<|<|<|<|<|<",
        "2024年3月1日|<|<|<|<|<|<",
        "——————————|<|<|<|<|<|<",
        "附：上年度（2022年）数据|<|<|<|<|<|<\n单位资金|5.00|其他资金|8.00|<|<|<",
        "（副本）|<|<|<|<|<|<\n部门资金情况|实际支出数|9.00|年初预算数|8.00|<|<",
    ] {
        reads(&[(last, &format!("{last}\n{foot}"))], &[]);
    }
    reads(
        &[("部门资金情况|部门调整", "上年度情况|单位资金|3.00|其他资金|1.20|<|<\n部门资金情况|部门调整")],
        &[],
    );
}

#[test]
fn parts_belong_to_the_total_above_them() {
    let general = "其中：一般公共预算|250.50|政府性基金预算|26.00|<|<";
    let budgets = "部门资金情况|部门调整预算收入|280.19|部门年初预算收入|339.04|<|<";
    let read = form(&[
        (&format!("\n^|{general}"), ""),
        (budgets, &format!("{budgets}\n^|其中：政府性基金预算|30.00|其中：政府性基金预算|49.00|<|<")),
    ]);
    let of = |column: &str| at(&read, &format!("/budget/by_source/government_fund_budget/{column}"));
    assert_eq!(
        (of("adjusted_budget"), of("initial_budget"), of("actual_expenditure")),
        ("30.00".into(), "49.00".into(), String::new())
    );
}

#[test]
fn entries_in_one_cell_are_parted_or_named() {
    let lines = "|1.场次⏎2.人数|<|1.4⏎2.3500人|61.25";
    reads(&[("|场次|<|4|61.25\n^|^|^|人数|<|3500人|^", lines)], &[]);
    let read = form(&[("|场次|<|4|61.25\n^|^|^|人数|<|3500人|^", "|1.场次⏎2.人数|<|4|61.25")]);
    assert!(
        found(&read).iter().any(|finding| finding.starts_with("row-cannot-be-placed")),
        "{:?}",
        found(&read)
    );
}

#[test]
fn a_text_that_goes_on_in_the_next_row_is_named() {
    let answers = "咨询|答复来信。|都答复了。|来信|<|120封|121.60";
    let below = |row: &str| (answers, format!("{answers}\n{row}"));
    let (from, name) = below("服务|||||");
    assert_eq!(found(&form(&[(from, &name)])), ["row-may-continue /tasks/2/name"]);
    for result in ["|||||其中答复90封|", "|||||，答复90封|"] {
        let (from, to) = below(result);
        assert_eq!(
            found(&form(&[(from, &to)])),
            ["row-may-continue /tasks/1/indicators/1/result"],
            "{result}"
        );
    }
    let head = "部门名称（汇总）|示范局|<|<|被评价年度|2023年|<";
    let read = form(&[(head, &format!("{head}\n|服务中心|<|<||<"))]);
    assert_eq!(found(&read), ["row-cannot-be-placed /department/name"]);
    // The last row may be one that is not filled in yet.
    let last = "培训|培训讲解员。|培训了三十人。|人数|<|30人|25.20";
    assert!(found(&form(&[(last, &format!("{last}\n修复|||||"))])).is_empty());
}

#[test]
fn two_numbers_in_a_cell_are_no_number() {
    for written in ["130 121", "12 1.60", "130&nbsp;121", "<span>130</span> <span>121</span>"] {
        let read = form(&[("|120封|121.60", &format!("|120封|{written}"))]);
        assert_eq!(found(&read), ["figure-unreadable /tasks/1/funds"], "{written}");
    }
    for written in [
        "<s>130</s>121.60",
        "<s>130.00</s> 121.60",
        "121.60<sup>1</sup>",
        "121.60（万元）",
        "121.60。",
        "1,216,000.00元",
    ] {
        let read = form(&[("|120封|121.60", &format!("|120封|{written}"))]);
        assert!(found(&read).is_empty(), "{written}: {:?}", found(&read));
        assert_eq!(at(&read, "/tasks/1/funds").parse().ok(), Some(Decimal::new(1216, 1)), "{written}");
    }
}

#[test]
fn the_unit_may_be_in_a_heading_a_note_or_a_box() {
    for (from, to) in [
        ("单位：万元|<|<|<|<|<|<", "单 位 ： 万 元|<|<|<|<|<|<"),
        ("单位：万元|<|<|<|<|<|<", "单位：□元 ☑万元|<|<|<|<|<|<"),
        ("单位：万元|<|<|<|<|<|<", "计量单位：万元|<|<|<|<|<|<"),
        ("单位：万元|<|<|<|<|<|<\n", ""),
    ] {
        let heading = if to.is_empty() { "部门资金情况（万元）" } else { "部门资金情况" };
        reads(&[(from, to), ("部门资金情况", heading)], &[]);
    }
    let note = "增加讲解员。|<|<|<|<|<\n注：本表金额单位为万元。|<|<|<|<|<|<";
    reads(&[("单位：万元|<|<|<|<|<|<\n", ""), ("增加讲解员。|<|<|<|<|<", note)], &[]);
}

#[test]
fn of_words_with_boxes_the_ticked_one_is_the_unit() {
    for (text, is_10k) in [
        ("单位：元□ 万元☑", true),
        ("单位：元（ ） 万元（√）", true),
        ("单位：元 万元√", true),
        ("（□元 ■万元）", true),
        ("单位：□万元 ☑元", false),
        ("单位：万元□ 元☑", false),
    ] {
        let read = form(&[("单位：万元|<", &format!("{text}|<"))]);
        let expected = if is_10k { "276.50" } else { "0.027650" };
        assert_eq!(at(&read, "/budget/actual_expenditure"), expected, "{text}");
    }
    // Where it is not clear which is ticked, or a note gives a column another unit, no unit is taken.
    for changes in [
        [("单位：万元|<", "单位：元√万元|<")],
        [("增加讲解员。|<|<|<|<|<", "增加讲解员。|<|<|<|<|<\n注：任务涉及资金单位为元。|<|<|<|<|<|<")],
    ] {
        let read = form(&changes);
        assert!(found(&read).iter().any(|rule| rule.starts_with("figure-unreadable")), "{:?}", found(&read));
        assert_eq!(at(&read, "/unit"), "");
    }
}

#[test]
fn what_stands_above_the_title_makes_no_annex_of_the_form() {
    let title = "2023年度示范局部门整体支出绩效自评表|<";
    for line in ["附件3", "附件", "附表1：", "（副本）"] {
        reads(&[(title, &format!("{line}|<|<|<|<|<|<\n{title}"))], &[]);
    }
    // Below the form the same line begins an annex.
    let last = "增加讲解员。|<|<|<|<|<";
    reads(&[(last, &format!("{last}\n附件1：|<|<|<|<|<|<\n部门年初预算收入|1.00|<|<|<|<|<"))], &[]);
}

#[test]
fn rows_that_nobody_filled_in_are_no_tasks() {
    let after = "|<|30人|25.20";
    for row in [
        "……|……|……|……|<|……|",
        "任务4||||<||",
        "4||||<||",
        "（可根据实际增加行）||||<||",
        "四、||||<||",
        "/|/|/|/|<|/|—",
    ] {
        reads(&[(after, &format!("{after}\n{row}"))], &[]);
    }
    for sum in ["全部任务", "SUM"] {
        reads(&[(after, &format!("{after}\n{sum}|<|<|<|<|<|208.05"))], &[]);
    }
}

#[test]
fn a_figure_without_a_place_takes_nothing_from_those_beside_it() {
    for (from, to) in [
        ("其中：一般公共预算|250.50|政", "上年一般公共预算|250.50|政"),
        ("其中：基本支出|180.30|项", "其中：“三公”经费|3.00|项"),
    ] {
        let read = form(&[(from, to)]);
        assert_eq!(at(&read, "/budget/by_source/government_fund_budget/actual_expenditure"), "26.00", "{to}");
        assert_eq!(at(&read, "/budget/by_nature/project/actual_expenditure"), "96.20", "{to}");
    }
    // A part of the project expenditure is no source of the whole.
    let rate = "^|预算完成率|98.68%|预算调整率|17.36%|<|<";
    for part in ["其中：其他", "其他"] {
        reads(&[(rate, &format!("^||| {part} |20.00|<|<\n{rate}"))], &[]);
    }
}

#[test]
fn a_name_is_whole_and_no_prompt() {
    let cells = |cells: &str| form(&[("|示范局|<|<|被", &format!("|{cells}|被"))]);
    let name = |cells_of: &str| at(&cells(cells_of), "/department/name");
    for said in [
        "示范局（加盖公章）|<|<",
        "示范局（101001）|<|<",
        "示范局（盖章） 2023年|<|<",
        "101 示范局|<|<",
        "示|范局|<",
        "示|范|局",
    ] {
        assert_eq!(name(said), "示范局", "{said}");
    }
    for said in ["XX区XX局|<|<", "（部门名称）|<|<", "示范|中心|<"] {
        let read = cells(said);
        assert!(
            found(&read).iter().any(|rule| rule.starts_with("figure-unreadable")),
            "{said}: {:?}",
            found(&read)
        );
        assert_eq!(at(&read, "/department/name"), "", "{said}");
    }
}

#[test]
fn the_year_below_the_title_counts_and_a_contradiction_is_found() {
    let year = ("部门名称（汇总）|示范局|<|<|被评价年度|2023年|<", "部门名称（汇总）|示范局|<|<|||");
    let title = (
        "2023年度示范局部门整体支出绩效自评表|<|<|<|<|<|<",
        "2023年度示范局部门整体支出绩效自评表|<|<|<|<|<|<\n（2022年度）|<|<|<|<|<|<",
    );
    let read = form(&[year, title]);
    assert_eq!(at(&read, "/fiscal_year"), "2022");
    assert!(
        found(&read).iter().any(|rule| rule.starts_with("title-contradicts-cells")),
        "{:?}",
        found(&read)
    );
    assert_eq!(at(&form(&[year]), "/fiscal_year"), "2023");
}

#[test]
fn a_title_names_a_department_only_if_it_does() {
    for (title, name) in [
        ("云溪区2023年度部门整体支出绩效自评表", ""),
        ("2023年度区级部门整体支出绩效自评表", ""),
        ("2022年填报2023年度部门整体支出绩效自评表", ""),
        ("二〇二三年度示范局部门整体支出绩效自评表", "示范局"),
        ("部门：示范局 2023年度部门整体支出绩效自评表", "示范局"),
    ] {
        let read = form(&[
            ("2023年度示范局部门整体支出绩效自评表", title),
            ("部门名称（汇总）|示范局|<|<|被评价年度|2023年|<\n", ""),
        ]);
        assert_eq!(
            (at(&read, "/department/name").as_str(), at(&read, "/fiscal_year").as_str()),
            (name, "2023"),
            "{title}"
        );
    }
}

#[test]
fn another_form_and_a_blank_one_are_known() {
    let of = |page: &str| only_named("a.html", page).reading.source;
    let titled = |title: &str| page(&[("2023年度示范局部门整体支出绩效自评表", title)]);
    assert_eq!(of(&titled("2023年度项目支出绩效自评表")), InputKind::OtherForm(OtherForm::Project));
    assert_eq!(of(&titled("收入支出决算总表")), InputKind::OtherForm(OtherForm::FinalAccounts));
    assert_eq!(
        of(&titled("2023年度部门整体支出绩效运行监控表")),
        InputKind::OtherForm(OtherForm::Monitoring)
    );
    assert_eq!(of(&titled("2023年度部门整体支出绩效自评表（作废）")), InputKind::OtherForm(OtherForm::Void));
    let sample = [("2023年度示范局部门整体支出绩效自评表", "2023年度部门整体支出绩效自评表（样表）")];
    assert_eq!(of(&page(&sample)), InputKind::Form);
    let prompt = [sample[0], ("|示范局|<|<|被", "|XX局|<|<|被")];
    assert_eq!(of(&page(&prompt)), InputKind::OtherForm(OtherForm::Sample));
    let table = "<table><tr><td>部门名称<td>年初预算<td>调整后预算<td>实际支出</tr>\
        <tr><td>甲局<td>1.00<td>2.00<td>3.00</tr><tr><td>乙局<td>1.00<td>2.00<td>3.00</tr></table>";
    assert_eq!(of(table), InputKind::OtherForm(OtherForm::Summary));
    let labels: Vec<String> = FORM
        .iter()
        .map(|row| {
            let cells = row.split('|').map(|cell| {
                let is_label = [
                    "部门",
                    "预算",
                    "其中",
                    "基金",
                    "支出",
                    "目标",
                    "任务",
                    "指标",
                    "问题",
                    "措施",
                    "年度",
                    "单位",
                    "项目绩效",
                ];
                let is_value =
                    cell.contains(['.', '。', '局']) || cell.starts_with(|c: char| c.is_ascii_digit());
                if matches!(cell, "^" | "<") || is_label.iter().any(|word| cell.contains(word)) && !is_value {
                    cell
                } else {
                    ""
                }
            });
            cells.collect::<Vec<_>>().join("|")
        })
        .collect();
    let blank = FORM.iter().zip(&labels).map(|(row, blank)| (*row, blank.as_str())).collect::<Vec<_>>();
    assert_eq!(of(&page(&blank)), InputKind::BlankForm);
}

#[test]
fn a_form_twice_in_a_file_counts_once_and_two_beside_each_other_are_two() {
    let twice = page(&[]) + &page(&[]);
    let documents = read(twice.as_bytes(), "a.html", &Options::default()).documents;
    assert_eq!(documents.len(), 1);
    assert_eq!(documents[0].notices[0].notice, "copy-in-file");
    let beside: Vec<String> =
        FORM.iter().map(|row| format!("{row}||{}", row.replace("示范局", "模范局"))).collect();
    let changes: Vec<(&str, &str)> =
        FORM.iter().zip(&beside).map(|(row, both)| (*row, both.as_str())).collect();
    let documents = read(page(&changes).as_bytes(), "a.html", &Options::default()).documents;
    let names: Vec<String> = documents.iter().map(|read| at(read, "/department/name")).collect();
    assert_eq!(names, ["示范局", "模范局"]);
}

#[test]
fn amounts_of_projects_are_this_years_and_whole() {
    let prose = "实际资金使用8.54万元。";
    for said in [
        "上年资金使用9.00万元。",
        "节约使用资金4.46万元。",
        "其中区级资金使用6.00万元。",
        "实际资金使用8.54万美元。",
    ] {
        let read = form(&[(prose, said)]);
        assert_eq!(at(&read, "/key_projects/0/funds_used"), "", "{said}");
        assert_eq!(read.notices[0].notice, "key-project-not-parsed", "{said}");
    }
    reads(&[("展陈费 预算", "展陈 更新 费 预算")], &[("/key_projects/0/name", "展陈 更新 费")]);
}
