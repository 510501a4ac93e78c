//! Tests of layouts that offices send: columns separated by spaces, several forms in a file, pages within
//! pages.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use huizong_forms::{NoteKind, Options, read};
use huizong_tests::forms::{at, found, only, only_named, with};

/// The block of tasks with its columns aligned by spaces.
const LINED_UP: &str = "\
2022年度示范局部门整体支出绩效自评表
单位：万元
部门名称  示范局    被评价年度  2022年
部门年初预算收入  100.00    部门调整预算收入  100.00
实际支出数  90.00    预算完成率  90%
部门整体支出的预期目标        部门整体支出的目标完成情况
                              办了两场展览。
主要任务        预期目标        目标完成情况    关键指标        指标完成情况    任务涉及资金
馆藏整理        整理两千卷      整理了两千卷    卷数            两千            12.00万元
                                                天数            九十
主题展览        办两场          办了两场                                        33.00万元
";

#[test]
fn columns_aligned_by_spaces_are_told_apart_by_position() {
    let read = only(LINED_UP);
    assert!(found(&read).is_empty(), "{:?}", found(&read));
    assert_eq!(at(&read, "/goal"), r#"{"achieved":["办了两场展览。"]}"#);
    assert_eq!(at(&read, "/tasks/0/indicators/1/name"), "天数");
    assert_eq!(
        (at(&read, "/tasks/1/funds"), at(&read, "/tasks/1/indicators")),
        ("33.00".into(), String::new())
    );
    assert_eq!(read.draft.tasks.len(), 2);
}

#[test]
fn values_that_cannot_be_placed_are_reported_and_not_guessed() {
    let shifted = LINED_UP
        .replace(
            "主题展览        办两场          办了两场                                        33.00万元",
            "主题展览   办两场     33.00万元",
        )
        .replace("                              办了两场展览。", "               办了两场展览。");
    let read = only(&shifted);
    assert_eq!(found(&read), ["row-cannot-be-placed /goal/expected", "row-cannot-be-placed /tasks/1"]);
    assert_eq!(at(&read, "/goal"), "");
    assert_eq!(at(&read, "/tasks/1"), "{}");
    let place = |pointer: &str| format!("{:?}", read.origins.place(&pointer.into()).unwrap());
    assert_eq!(place("/tasks/1"), "Text { line: 11, column: 1 }");
    assert_eq!(place("/goal/expected"), "Text { line: 7, column: 16 }");
}

#[test]
fn labels_and_values_in_one_cell() {
    let read = only(&with(&[(
        "部门名称（汇总）\t\t云溪区科学技术协会\t\t被评价年度\t2022年",
        "部门名称（汇总）：云溪区科学技术协会\t\t\t\t被评价年度：2022年",
    )]));
    assert!(found(&read).is_empty(), "{:?}", found(&read));
    assert_eq!(at(&read, "/department/name"), "云溪区科学技术协会");
    assert_eq!(
        (at(&read, "/department/scope"), at(&read, "/fiscal_year")),
        ("consolidated".into(), "2022".into())
    );
    let read = only(&with(&[("其中：一般公共预算\t280.19", "其中：一般公共预算：280.19万元")]));
    assert_eq!(at(&read, "/budget/by_source/general_public_budget/actual_expenditure"), "280.19");
    // A label inside a text is part of the text; on a line of its own it is a label.
    let read = only(&with(&[("年内任务全部完成", "存在问题：年内任务全部完成")]));
    assert!(at(&read, "/narrative/performance").contains("存在问题：年内任务"));
    let read = only(&(with(&[]) + "\n自评结论：良好。\n"));
    assert_eq!(at(&read, "/narrative/conclusion"), r#"["良好。"]"#);
}

#[test]
fn titles_of_many_forms_are_recognised() {
    for title in [
        "附件3 2022年度云溪区科学技术协会部门整体支出绩效自评表",
        "云溪区科学技术协会2022年度部门整体支出绩效自评表",
        "云溪区科学技术协会部门整体支出绩效自评表（2022年度）",
        "2 0 2 2 年 度 云溪区科学技术协会 整体支出绩效自评报告",
    ] {
        let read = only(&with(&[
            ("2022年度云溪区科学技术协会部门整体支出绩效自评表", title),
            (
                "部门名称（汇总）\t\t云溪区科学技术协会\t\t被评价年度\t2022年",
                "部门名称（汇总）\t\t\t\t被评价年度\t",
            ),
        ]));
        assert_eq!(at(&read, "/fiscal_year"), "2022", "{title}");
        assert_eq!(at(&read, "/department/name"), "云溪区科学技术协会", "{title}");
    }
}

#[test]
fn a_unit_alone_in_brackets() {
    assert_eq!(at(&only(&with(&[("单位：万元", "（万元）")])), "/unit"), "CNY_10K");
}

#[test]
fn figures_without_a_common_unit_are_not_compared() {
    let read =
        only(&with(&[("单位：万元", ""), ("部门年初预算收入\t339.04", "部门年初预算收入\t3390400元")]));
    assert_eq!(found(&read), ["figure-missing /unit"]);
}

#[test]
fn all_line_endings_and_cell_separators_are_read() {
    let form = with(&[]);
    for written in [
        form.replace('\n', "\r"),
        form.replace('\n', "\r\n"),
        form.replace('\t', "｜"),
        form.replace('\t', "│"),
        form.replace('\t', "|").replace("十一所小学", "十一所\t小学"),
        format!("<html><body><pre>{form}</pre></body></html>"),
    ] {
        let read = only(&written);
        assert!(found(&read).is_empty(), "{:?} in {written}", found(&read));
        assert_eq!(at(&read, "/tasks/1/funds"), "21.61");
        assert_eq!(at(&read, "/tasks/2/indicators/1/result"), "近八成。");
    }
}

#[test]
fn several_forms_in_one_text() {
    let second = with(&[
        ("2022年度云溪区科学技术协会部门整体支出绩效自评表", ""),
        ("云溪区科学技术协会", "云溪区档案馆"),
    ])
    .replace("部门名称（汇总）", "单位编码\t007\n部门名称（汇总）");
    for (form, file) in [
        // The rows of code and unit come before the name, but belong to the form that follows.
        (2, with(&[]) + &second),
        (2, with(&[]) + "\n2022年度云溪区档案馆部门整体支出绩效自评表\n" + second.trim_start()),
        // A cover page and a signature are not separate forms.
        (1, "部门名称：云溪区科学技术协会\n填报日期：2023年3月\n\n".to_owned() + &with(&[])),
        (1, with(&[]) + "\n填报人\t甲\n单位名称\t云溪区科学技术协会\n"),
    ] {
        let documents = read(file.as_bytes(), "a.txt", &Options::default()).documents;
        assert_eq!(documents.len(), form, "{file}");
        for document in &documents {
            assert!(found(document).is_empty(), "{:?}", found(document));
        }
        assert_eq!(at(&documents[0], "/department/name"), "云溪区科学技术协会");
        assert_eq!(at(&documents[0], "/department/code"), "");
        if let Some(second) = documents.get(1) {
            assert_eq!(
                (at(second, "/department/name"), at(second, "/department/code")),
                ("云溪区档案馆".into(), "007".into())
            );
            assert_eq!(at(second, "/unit"), "CNY_10K");
        }
    }
}

#[test]
fn a_page_with_tables_in_its_cells() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .join("examples/district/forms/02-jiaoyu.html");
    let page = std::fs::read_to_string(path).unwrap();
    let plain = only_named("a.html", &page);
    // A layout table around the form makes no difference.
    let framed = page
        .replace("<table", "<table><tr><td>菜单</td><td><table")
        .replace("</table>", "</table></td></tr></table>");
    assert_eq!(only_named("a.html", &framed).draft, plain.draft);
    // A small table inside a cell is that cell's text.
    let performance = plain.draft.narrative.as_ref().unwrap().performance[0].to_string();
    let told = page.replacen(&performance, "<table><tr><td>甲</td><td>1</td></tr></table>", 1);
    let read = only_named("a.html", &told);
    assert_eq!(read.draft.narrative.as_ref().unwrap().performance[0].to_string(), "甲 1");
    assert_eq!(read.draft.tasks, plain.draft.tasks);
}

#[test]
fn a_figure_merged_over_two_tasks_counts_once_with_a_notice() {
    let page = "<table><tr><td>部门名称</td><td>示范局</td><td>被评价年度</td><td>2022</td><td colspan=2>单位：万元</td></tr>
        <tr><td>年初预算数</td><td>1</td><td>全年预算数</td><td>1</td><td>全年执行数</td><td>1</td></tr>
        <tr><td>主要任务</td><td>预期目标</td><td>目标完成情况</td><td>关键指标</td><td>指标完成情况</td><td>任务涉及资金</td></tr>
        <tr><td>甲</td><td>a</td><td>b</td><td>c</td><td>d</td><td rowspan=2>0.5</td></tr>
        <tr><td>乙</td><td>a</td><td>b</td><td>c</td><td>d</td></tr></table>";
    let read = only_named("a.html", page);
    assert_eq!((at(&read, "/tasks/0/funds"), at(&read, "/tasks/1/funds")), ("0.5".into(), String::new()));
    let shared: Vec<_> = read.notes.iter().filter(|note| note.what == NoteKind::Shared).collect();
    assert_eq!(shared.len(), 1);
    assert_eq!(shared[0].pointer.as_ref().unwrap().as_str(), "/tasks/1/funds");
}

#[test]
fn projects_mentioned_in_passing_are_no_projects() {
    let read = only(&with(&[("展品完好率从", "配合市级项目：科技周，展品完好率从")]));
    assert_eq!(read.draft.key_projects.len(), 1);
    assert!(at(&read, "/key_projects/0/outcomes").contains("配合市级项目：科技周"));
    let read = only(&with(&[("流动展品维护费", "流动展品维护费（含运输；保险）")]));
    assert_eq!(at(&read, "/key_projects/0/name"), "流动展品维护费（含运输；保险）");
    assert!(read.notices.is_empty());
}

#[test]
fn a_cell_with_a_line_break_is_read_as_one_cell() {
    let whole = only(&with(&[]));
    for (from, to, pointer, read) in [
        (
            "把展品送到六个街道。",
            "把展品送到\n六个街道。",
            "/tasks/0/expected",
            r#"["把展品送到","六个街道。"]"#,
        ),
        ("六个街道全部到访。", "六个街道\n全部到访。", "/tasks/0/indicators/0/result", "六个街道 全部到访。"),
    ] {
        let broken = only(&with(&[(from, to)]));
        assert!(found(&broken).is_empty(), "{to}: {:?}", found(&broken));
        assert_eq!(at(&broken, pointer), read);
        assert_eq!(broken.draft.tasks[1..], whole.draft.tasks[1..], "{to}");
        assert_eq!(broken.notes.iter().filter(|note| note.what == NoteKind::Joined).count(), 1);
    }
}

#[test]
fn a_task_name_split_over_two_lines_is_reported() {
    let read = only(&with(&[("流动科技馆\t", "流动\n科技馆\t")]));
    assert_eq!(found(&read), ["row-cannot-be-placed /tasks/0"]);
    assert_eq!(at(&read, "/tasks/1/name"), "科技馆");
}

#[test]
fn rows_between_tasks_are_not_tasks() {
    let whole = only(&with(&[]));
    for row in [
        "任务资金合计\t\t\t\t\t30.36万元",
        "总 计：\t\t\t\t\t30.36万元",
        "第 1 页 共 2 页",
        "2022年度云溪区科学技术协会部门整体支出绩效自评表（续）",
        "单位：万元",
    ] {
        let read = only(&with(&[("网上问答\t", &format!("{row}\n网上问答\t"))]));
        assert!(found(&read).is_empty(), "{row}: {:?}", found(&read));
        assert_eq!(read.draft.tasks, whole.draft.tasks, "{row}");
    }
    // Any row after the block ends it, however many cells it has.
    let row = "填报人\t张三\t联系电话\t12345678\t填报日期\t20230301\n重点项目绩效情况";
    let read = only(&with(&[("重点项目绩效情况", row)]));
    assert_eq!((read.draft.tasks.len(), at(&read, "/submission/prepared_by")), (3, "张三".into()));
}

#[test]
fn tasks_may_be_called_like_figures() {
    for name in ["基本支出", "项目支出", "其他"] {
        let row = format!("{name}\t\t\t\t\t0.50\n重点项目绩效情况");
        let read = only(&with(&[("重点项目绩效情况", &row)]));
        assert_eq!(
            (at(&read, "/tasks/3/name"), at(&read, "/tasks/3/funds")),
            (name.to_owned(), "0.50".into())
        );
        assert_eq!(at(&read, "/budget/by_nature"), "");
    }
    let read = only(&with(&[("重点项目绩效情况", "基本支出\t200.00\n重点项目绩效情况")]));
    assert_eq!(
        (read.draft.tasks.len(), at(&read, "/budget/by_nature/basic/actual_expenditure")),
        (3, "200.00".into())
    );
}

#[test]
fn goals_are_found_below_blank_lines_and_beside_their_labels() {
    let labels = "部门整体支出的预期目标\t\t部门整体支出的目标完成情况\t\t\n";
    let plain = only(&with(&[]));
    let read = only(&with(&[(labels, &format!("{labels}\t\t\n"))]));
    assert_eq!(read.draft.goal, plain.draft.goal);
    let read = only(&with(&[
        (labels, "部门整体支出的预期目标\t办好展览。\t部门整体支出的目标完成情况\t办好了。\n"),
        (
            "\t让更多居民走近科学，全年办好展览、讲座和比赛。\t\t展览、讲座、比赛都按计划办完，来的人比上年多。\t\t\n",
            "",
        ),
    ]));
    assert_eq!(at(&read, "/goal"), r#"{"achieved":["办好了。"],"expected":["办好展览。"]}"#);
}

#[test]
fn figures_that_no_label_claims_are_reported() {
    let read = only(&with(&[("任务涉及资金", "任务经费（千元）"), ("其中：一般公共预算", "其中：公共财政")]));
    let said: Vec<&str> = read.reading.unclaimed.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(said, ["280.19", "6.23万元", "21.61万元", "2.52万元"]);
    assert_eq!(found(&read), ["figure-unclaimed "; 4]);
    // Serial numbers, telephone numbers and years are not figures of the form.
    let read = only(&(with(&[]) + "\n联系电话\t12345678\n"));
    assert!(found(&read).is_empty());
}

#[test]
fn project_prose_over_several_lines_is_read() {
    let prose = "二级项目：流动展品维护费 预算资金申报13万。实际资金使用8.54万。 具体成效：";
    let read = only(&with(&[(
        prose,
        "二级项目：流动展品维护费\n预算资金申报13万。\n实际资金使用8.54万。\n具体成效：",
    )]));
    let project = |read: &huizong_forms::Read, member: &str| at(read, &format!("/key_projects/0/{member}"));
    assert_eq!(
        (project(&read, "budget_requested"), project(&read, "funds_used")),
        ("13".into(), "8.54".into())
    );
    assert_eq!(read.draft.key_projects.len(), 1);
    for told in ["尚未使用资金4.46万元。", "计划使用资金12万元。", "使用十三万元。", "申报13万美元。"]
    {
        let read = only(&with(&[("实际资金使用8.54万。", told)]));
        assert_eq!(project(&read, "funds_used"), "", "{told}");
        assert_eq!(read.notices.len(), 1, "{told}");
    }
}

#[test]
fn messages_say_why_a_figure_is_unreadable() {
    let message = |read: &huizong_forms::Read| {
        let subject = huizong_core::Subject {
            draft: &read.draft,
            reading: &read.reading,
            traits: &read.traits,
            settings: &huizong_core::Settings::default(),
        };
        let rules = huizong_core::rules::ALL;
        let findings = huizong_core::check(
            rules,
            "a",
            &subject,
            &mut huizong_core::Tally::new(rules.len()),
            &mut Vec::new(),
        );
        findings.into_iter().find(|finding| finding.rule == "figure-unreadable").unwrap().message.zh
    };
    for (from, to, said) in [
        ("单位：万元", "单位：千元", "只能是万元或元"),
        ("\t2022年\n", "\t2022年(补报)\n", "应填 1990 至 2100 年"),
        ("实际支出数\t280.19", "实际支出数\t-280.19", "不能是负数"),
        ("实际支出数\t280.19", "实际支出数\t约三百万", "应填数字"),
        ("\t预算完成率", "\t实际支出数\t275.00\n\t预算完成率", "看不出以哪个为准"),
    ] {
        let read = only(&with(&[(from, to)]));
        assert!(message(&read).contains(said), "{to}: {}", message(&read));
    }
    let read = only(&with(&[("云溪区科学技术协会\t\t被", "云溪区科学技术协会（盖章）\t\t被")]));
    assert_eq!(at(&read, "/department/name"), "云溪区科学技术协会");
}

#[test]
fn a_text_under_two_labels_belongs_to_neither() {
    let page = "<table><tr><td>部门名称</td><td>示范局</td><td>被评价年度</td><td>2022</td></tr>
        <tr><td>年初预算数</td><td>1.00</td><td>全年预算数</td><td>1.00</td></tr>
        <tr><td>全年执行数</td><td>1.00</td><td>单位：万元</td><td></td></tr>
        <tr><td colspan=2>部门整体支出的预期目标</td><td colspan=2>部门整体支出的目标完成情况</td></tr>
        <tr><td colspan=4>办好展览。</td></tr></table>";
    let read = only_named("a.html", page);
    assert_eq!(found(&read), ["row-cannot-be-placed /goal/expected"]);
    assert_eq!(at(&read, "/goal"), "");
}
