//! Tests of forms as people fill them in: nothing is guessed silently, and nothing is lost.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::path::Path;

use huizong_forms::Read;
use huizong_tests::forms::{at, found, only, only_named, with};

#[test]
fn the_example_has_no_findings() {
    let read = only(&with(&[]));
    assert!(found(&read).is_empty(), "{:?}", found(&read));
    assert_eq!(at(&read, "/unit"), "CNY_10K");
}

#[test]
fn a_unit_is_declared_only_by_a_whole_phrase() {
    // 填报单位 is not a unit of money, and a note declares nothing.
    let read = only(&with(&[("单位：万元", "填报单位：元岗街道办")]));
    assert_eq!(found(&read), ["figure-missing /unit"]);
    let read = only(&(with(&[("单位：万元", "")]) + "\n注：1.本表单位：元 的数据不含在内。\n"));
    assert_eq!(found(&read), ["figure-missing /unit"]);
    for declared in ["（单位：万元）", "金额单位：万元", "2022年 单位： 人民币万元", "单位:万元"]
    {
        assert_eq!(at(&only(&with(&[("单位：万元", declared)])), "/unit"), "CNY_10K", "{declared}");
    }
    // Two contradictory declarations leave the unit undecided.
    let read = only(&with(&[("单位：万元", "单位：元\n单位：万元")]));
    assert_eq!(found(&read), ["figure-unreadable /unit"]);
    // A unit in one cell does not apply to other cells: the form is incomplete until it declares its unit.
    let read = only(&with(&[("单位：万元", ""), ("\t339.04", "\t3390400元")]));
    assert!(found(&read).contains(&"figure-missing /unit".to_owned()));
    assert_eq!(at(&read, "/budget/actual_expenditure"), "280.19");
}

#[test]
fn units_of_cells_and_labels_are_converted_exactly() {
    let read = only(&with(&[("\t339.04", "\t3390400元")]));
    assert_eq!(
        (at(&read, "/unit"), at(&read, "/budget/initial_budget")),
        ("CNY_10K".into(), "339.0400".into())
    );
    let read = only(&with(&[("部门年初预算收入\t339.04", "部门年初预算收入（元）\t3390400.00")]));
    assert_eq!(at(&read, "/budget/initial_budget"), "339.040000");
}

#[test]
fn two_numbers_in_a_cell_are_no_figure_and_a_footnote_mark_is_no_digit() {
    for written in ["280.19①", "280.19²", "280.19*"] {
        let read = only(&with(&[("实际支出数\t280.19", &format!("实际支出数\t{written}"))]));
        assert_eq!(at(&read, "/budget/actual_expenditure"), "280.19", "{written}");
        let notices: Vec<&str> = read.notices.iter().map(|notice| &*notice.notice).collect();
        assert_eq!(notices, ["text-left-out"], "{written}");
    }
    for written in ["130 280", "28 0.19", "130\u{a0}280", "\"280\n19\""] {
        let read = only(&with(&[("实际支出数\t280.19", &format!("实际支出数\t{written}"))]));
        assert!(
            found(&read).contains(&"figure-unreadable /budget/actual_expenditure".to_owned()),
            "{written}"
        );
    }
    let read = only(&with(&[("实际支出数\t280.19", "实际支出数\t２８０．１９")]));
    assert_eq!(at(&read, "/budget/actual_expenditure"), "280.19");
}

#[test]
fn contradictory_figures_are_reported() {
    let read = only(&with(&[("\t预算完成率", "\t实际支出数\t275.00\n\t预算完成率")]));
    assert!(
        found(&read).contains(&"figure-unreadable /budget/actual_expenditure".to_owned()),
        "{:?}",
        found(&read)
    );
    let read = only(&with(&[("\t预算完成率", "\t实际支出数\t280.190\n\t预算完成率")]));
    assert!(found(&read).is_empty(), "{:?}", found(&read));
    let read = only(&with(&[("一般公共预算\t280.19", "一般公共预算\t339.04\t280.19\t270.00")]));
    let pointer = "figure-unreadable /budget/by_source/general_public_budget/actual_expenditure";
    assert_eq!(found(&read), [pointer]);
}

#[test]
fn several_projects_are_read_separately() {
    let second =
        "重点项目绩效情况\t\t二级项目：乙 预算资金申报20万。实际资金使用19万。具体成效：很好。\n部门整体绩效";
    let below = "\t\t二级项目：乙 预算资金申报20万。实际资金使用19万。具体成效：很好。\n部门整体绩效";
    for row in [second, below] {
        let read = only(&with(&[("部门整体绩效", row)]));
        let project = |index: usize, member: &str| at(&read, &format!("/key_projects/{index}/{member}"));
        assert_eq!((project(0, "budget_requested"), project(0, "funds_used")), ("13".into(), "8.54".into()));
        assert_eq!((project(1, "name"), project(1, "funds_used")), ("乙".into(), "19".into()));
        assert_eq!(read.draft.key_projects.len(), 2);
    }
}

#[test]
fn project_prose_is_understood_or_kept_whole_with_a_notice() {
    let prose = "预算资金申报13万。实际资金使用8.54万。";
    for (written, requested, used) in [
        ("预算资金申报１３万。实际资金使用８．５４万。", "13", "8.54"),
        ("实际资金使用8.54万。预算资金申报13万。", "13", "8.54"),
        ("预算资金申报1，300.00万元。实际资金使用8.54万。", "1300.00", "8.54"),
    ] {
        let read = only(&with(&[(prose, written)]));
        assert_eq!(at(&read, "/key_projects/0/budget_requested"), requested, "{written}");
        assert_eq!(at(&read, "/key_projects/0/funds_used"), used, "{written}");
        assert!(read.notices.is_empty());
    }
    for written in [
        "申报10万元左右，使用8万册图书。",
        "预算资金申报1.3亿元。实际资金使用8.54万。",
        "拨款13万元，花了8.54万元。",
    ] {
        let read = only(&with(&[(prose, written)]));
        assert_eq!(read.notices.len(), 1, "{written}: {:?}", read.draft.key_projects);
        assert_eq!(at(&read, "/key_projects/0/budget_requested"), "");
        assert!(at(&read, "/key_projects/0/outcomes").contains(written), "{written}");
    }
}

#[test]
fn tasks_survive_strange_headers_names_and_rows() {
    let funds = |read: &Read| -> Vec<String> {
        read.draft.tasks.iter().map(|task| task.funds.map(|f| f.to_string()).unwrap_or_default()).collect()
    };
    let whole = ["6.23", "21.61", "2.52"];
    for changes in [
        vec![("任务涉及资金", "任务涉及资金（万元）")],
        vec![("任务涉及资金", "任务涉及资金\t备注")],
        vec![("网上问答", "注册科普志愿者")],
        vec![("网上问答", "说明书编制")],
        vec![("网上问答", "其他")],
        vec![("流动科技馆", "基本支出")],
        vec![("网上问答", "备注：以下为线上活动\n网上问答")],
        vec![(
            "网上问答\t每月",
            "主要任务\t预期目标\t目标完成情况\t关键指标\t指标完成情况\t任务涉及资金\n网上问答\t每月",
        )],
        vec![("重点项目绩效情况", "合计\t\t\t\t\t30.36万元\n重点项目绩效情况")],
    ] {
        let read = only(&with(&changes));
        assert_eq!(funds(&read), whole, "{changes:?}");
        assert_eq!(read.draft.tasks[1].indicators.len(), 3);
        assert!(found(&read).is_empty(), "{changes:?}: {:?}", found(&read));
    }
    // A second figure in a row that continues a task is not a new task.
    let read = only(&with(&[("动手实验人数(人)\t2,860人。\t", "动手实验人数(人)\t2,860人。\t3.00万元")]));
    assert_eq!(read.draft.tasks.len(), 3);
    assert_eq!(found(&read), ["figure-unreadable /tasks/1/funds"]);
}

#[test]
fn hidden_text_of_a_page_is_not_read_and_footnotes_are() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .join("examples/district/forms/02-jiaoyu.html");
    let page = std::fs::read_to_string(path).unwrap();
    let with = |to: &str| only_named("a.html", &page.replacen("<p>53871.20</p>", to, 1));
    let hidden = with("<p><span style=\"display:none\">9</span>53871.20</p>");
    assert_eq!(at(&hidden, "/budget/actual_expenditure"), "53871.20");
    let footnote = with("<p>53871.20<sup>1</sup></p>");
    assert_eq!(at(&footnote, "/budget/actual_expenditure"), "53871.20");
    assert_eq!(footnote.notices.len(), 1);
}
