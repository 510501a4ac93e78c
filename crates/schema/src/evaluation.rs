//! The document: what one department reports about one year.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use crate::choices::{FiscalYear, Level, SchemaVersion, Scope, Unit};
use crate::decimal::{Amount, Percent, Points, SignedAmount, SignedPercent};
use crate::object_only::object_only;
use crate::text::{Extensions, NonEmpty, Text};

/// Reads a member that the document has: `null` is refused.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// An object of the document. `must` members are optional here and required in a finished document.
macro_rules! object {
    ($(#[$meta:meta])* $name:ident $title:literal { $($body:tt)* }) => {
        object!(@fields [$(#[$meta])* #[schemars(title = $title)] pub struct $name] [] {} $($body)*);
    };
    ($(#[$meta:meta])* $name:ident<'a> $title:literal { $($body:tt)* }) => {
        object!(@fields [$(#[$meta])* #[serde(bound(deserialize = "'de: 'a"))] #[schemars(title = $title)] pub struct $name]
            ['a] {} $($body)*);
    };
    (@fields [$(#[$meta:meta])* pub struct $name:ident] [$($life:lifetime)?] {$($done:tt)*}) => {
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, remote = "Self")]
        #[schemars(!remote)]
        $(#[$meta])*
        pub struct $name $(<$life>)? { $($done)* }

        object_only!($name $(<$life>)?);
    };
    (@fields $head:tt $life:tt {$($done:tt)*} $(#[$meta:meta])* must $field:ident: $type:ty = $title:literal; $($rest:tt)*) => {
        object!(@fields $head $life { $($done)*
            $(#[$meta])* #[schemars(title = $title, extend("must" = true))]
            #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
            pub $field: Option<$type>,
        } $($rest)*);
    };
    (@fields $head:tt $life:tt {$($done:tt)*} $(#[$meta:meta])* may $field:ident: $type:ty = $title:literal; $($rest:tt)*) => {
        object!(@fields $head $life { $($done)*
            $(#[$meta])* #[schemars(title = $title)]
            #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
            pub $field: Option<$type>,
        } $($rest)*);
    };
    (@fields $head:tt $life:tt {$($done:tt)*} $(#[$meta:meta])* list $field:ident: $type:ty = $title:literal; $($rest:tt)*) => {
        object!(@fields $head $life { $($done)*
            $(#[$meta])* #[schemars(title = $title)]
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub $field: Vec<$type>,
        } $($rest)*);
    };
}

object! {
    /// What one department reports about its whole budget of one year: the form 部门整体支出绩效自评表 as data.
    /// All amounts are decimal strings in the document's `unit`; all rates are decimal strings in percent.
    ///
    /// As a type of this crate, every member is optional: this is what a reader makes of a form that may be
    /// unfinished. [`crate::Evaluation`] is a draft with every required member.
    Draft<'a> "部门整体支出绩效自评 / Whole-department expenditure performance self-evaluation" {
        /// The address of this schema, for editors. Nothing reads it. Source: none on the form.
        ///
        /// 本模式的地址，供编辑器使用，程序不读取。表上没有这一项。
        #[serde(rename = "$schema")]
        may json_schema: Text<'a> = "模式地址 / Schema address";
        /// The version of this schema that the document follows: "1.0". Source: none on the form.
        ///
        /// 本文件依据的模式版本，固定写 "1.0"。表上没有这一项。
        must schema_version: SchemaVersion = "模式版本 / Schema version";
        /// Who reports. Source: the form's first row.
        ///
        /// 填报的部门。取自表的第一行。
        must department: Department<'a> = "部门 / Department";
        /// The year that is evaluated, 1990 to 2100. Source: 被评价年度.
        ///
        /// 被评价的年度，1990 至 2100 年，写成整数。取自“被评价年度”。
        must fiscal_year: FiscalYear = "被评价年度 / Fiscal year";
        /// The unit of every amount in the document: CNY_10K is 万元 (ten thousand yuan), CNY is 元 (yuan). Source: the line 单位：万元 above the table.
        ///
        /// 全文金额的单位：CNY_10K 表示万元，CNY 表示元。取自表格上方的“单位：万元”。
        must unit: Unit = "金额单位 / Unit of amounts";
        /// The money: budget, expenditure and rates. Source: the block 部门资金情况 (national form: 预算资金).
        ///
        /// 预算、支出和比率。取自“部门资金情况”（财政部样式为“预算资金”）。
        must budget: Budget = "部门资金情况 / Budget";
        /// The goal of the year and its achievement. Source: 年度目标.
        ///
        /// 年度目标及其完成情况。取自“年度目标”。
        may goal: Goal<'a> = "年度目标 / Goal of the year";
        /// The main tasks, in the form's order. Source: the block 主要任务.
        ///
        /// 主要任务，按表上的顺序。取自“主要任务”。
        list tasks: Task<'a> = "主要任务 / Main tasks";
        /// The key projects. Source: 重点项目绩效情况.
        ///
        /// 重点项目。取自“重点项目绩效情况”。
        list key_projects: KeyProject<'a> = "重点项目绩效情况 / Key projects";
        /// The closing texts. Source: 部门整体绩效, 存在问题, 改进措施或下一步计划.
        ///
        /// 表末的文字说明。取自“部门整体绩效”“存在问题”“改进措施或下一步计划”。
        may narrative: Narrative<'a> = "绩效说明 / Narrative";
        /// Points by indicator, on forms that score (the national-style form does). Source: 绩效指标, 分值, 得分.
        ///
        /// 各项指标的分值和得分，打分的表才有（财政部样式有）。取自“绩效指标”“分值”“得分”。
        may scorecard: Scorecard<'a> = "评分表 / Scorecard";
        /// Who filled the form in, and when. Source: 填报人, 填报日期.
        ///
        /// 填报人和填报日期。取自“填报人”“填报日期”。
        may submission: Submission<'a> = "报送信息 / Submission";
        /// A district's own members, by namespace; read by its plugins. Source: what a district's profile maps there.
        ///
        /// 本地区自行增加的内容，按命名空间存放，由本地区的插件读取。取自本地区版式对应到这里的栏目。
        may extensions: Extensions = "扩展 / Extensions";
    }
}

object! {
    /// Who reports.
    ///
    /// 填报的部门。
    Department<'a> "部门 / Department" {
        /// The department's name as printed. Source: 部门名称.
        ///
        /// 部门名称，按表上所写。取自“部门名称”。
        must name: NonEmpty<'a> = "部门名称 / Department name";
        /// The budget unit's code (预算单位编码) by which the bureau knows the department. Source: 预算单位编码, where the form has it.
        ///
        /// 财政部门掌握的预算单位编码。取自“预算单位编码”，表上有才填。
        may code: NonEmpty<'a> = "预算单位编码 / Budget unit code";
        /// The unified social credit code. Source: 统一社会信用代码, where the form has it.
        ///
        /// 统一社会信用代码。取自“统一社会信用代码”，表上有才填。
        may credit_code: NonEmpty<'a> = "统一社会信用代码 / Unified social credit code";
        /// Whether the figures hold the department with its units (汇总) or itself alone. Source: the label 部门名称（汇总）.
        ///
        /// 数字的口径：consolidated 表示部门连同所属单位汇总，single 表示只是本身。取自“部门名称（汇总）”。
        may scope: Scope = "汇总范围 / Scope";
        /// Whether a department reports or a unit below one. Source: the label 主管部门, which only units have.
        ///
        /// 填报的是部门还是单位：department 表示主管部门，unit 表示所属单位。只有单位的表上有“主管部门”一栏。
        may level: Level = "层级 / Level";
        /// The department above a unit: its code, else its name. Source: 主管部门.
        ///
        /// 所属单位的上级部门：有编码写编码，没有写名称。取自“主管部门”。
        may parent: NonEmpty<'a> = "主管部门 / Parent department";
        /// The units whose figures the consolidated form holds. Source: none on the district's form.
        ///
        /// 汇总数包含的所属单位。本地区的表上没有这一项。
        list units: UnitBelow<'a> = "所属单位 / Units";
    }
}

object! {
    /// A unit below a department.
    ///
    /// 一个所属单位。
    UnitBelow<'a> "所属单位 / Unit" {
        /// The unit's name. Source: 单位名称.
        ///
        /// 单位名称。取自“单位名称”。
        must name: NonEmpty<'a> = "单位名称 / Unit name";
        /// The unit's budget unit code. Source: 预算单位编码.
        ///
        /// 该单位的预算单位编码。取自“预算单位编码”。
        may code: NonEmpty<'a> = "预算单位编码 / Budget unit code";
    }
}

object! {
    /// The money. Amounts in the document's unit, rates in percent.
    ///
    /// 资金情况。金额按全文的单位，比率按百分数。
    Budget "部门资金情况 / Budget" {
        /// The budget at the year's beginning, in the document's unit. Source: 部门年初预算收入, 年初预算数.
        ///
        /// 年初批复的预算，按全文的单位。取自“部门年初预算收入”“年初预算数”。
        must initial_budget: Amount = "年初预算 / Initial budget";
        /// The budget after the year's adjustments, in the document's unit. Source: 部门调整预算收入, 全年预算数, 调整后预算数.
        ///
        /// 年中调整以后的预算，按全文的单位。取自“部门调整预算收入”“全年预算数”“调整后预算数”。
        must adjusted_budget: Amount = "调整后预算 / Adjusted budget";
        /// What was spent, in the document's unit. Source: 实际支出数, 全年执行数, 预算执行数.
        ///
        /// 实际支出，按全文的单位。取自“实际支出数”“全年执行数”“预算执行数”。
        must actual_expenditure: Amount = "实际支出 / Actual expenditure";
        /// The gross sum of additions, cuts and restructurings, in the document's unit; often printed without a sign; may exceed the net change. Source: 年度预算调整数.
        ///
        /// 追加、追减和结构调整的资金总和，按全文的单位；表上常不写正负号，可以大于净增减。取自“年度预算调整数”。
        may budget_adjustment: SignedAmount = "预算调整数 / Budget adjustment";
        /// The figures by source of funds. Sources overlap: 财政拨款 contains the three budgets. Amounts in the document's unit. Source: 其中：….
        ///
        /// 按资金来源分列的数字。各来源之间有包含关系：财政拨款包含三本预算。金额按全文的单位。取自“其中：……”。
        may by_source: BySource = "按资金来源 / By source";
        /// The figures by nature of expenditure. Amounts in the document's unit. Source: 基本支出, 项目支出.
        ///
        /// 按支出性质分列的数字，金额按全文的单位。取自“基本支出”“项目支出”。
        may by_nature: ByNature = "按支出性质 / By nature";
        /// Expenditure over adjusted budget, in percent as printed. Source: 预算完成率, 执行率.
        ///
        /// 实际支出占调整后预算的百分数，按表上所写。取自“预算完成率”“执行率”。
        may completion_rate: Percent = "预算完成率 / Completion rate";
        /// Budget adjustment over initial budget, in percent as printed. Source: 预算调整率.
        ///
        /// 预算调整数占年初预算的百分数，按表上所写。取自“预算调整率”。
        may adjustment_rate: SignedPercent = "预算调整率 / Adjustment rate";
    }
}

object! {
    /// The figures of one source of funds. Each is optional; the district's form gives the expenditure alone.
    ///
    /// 一项资金来源的数字，各项均可不填；本地区的表只填支出。
    SourceFigures "一项资金来源 / One source" {
        /// The source's budget at the year's beginning, in the document's unit. Source: 年初预算数.
        ///
        /// 该来源的年初预算，按全文的单位。取自“年初预算数”。
        may initial_budget: Amount = "年初预算 / Initial budget";
        /// The source's budget after adjustments, in the document's unit. Source: 全年预算数.
        ///
        /// 该来源调整后的预算，按全文的单位。取自“全年预算数”。
        may adjusted_budget: Amount = "调整后预算 / Adjusted budget";
        /// What was spent of the source, in the document's unit. Source: 全年执行数.
        ///
        /// 该来源的实际支出，按全文的单位。取自“全年执行数”。
        may actual_expenditure: Amount = "实际支出 / Actual expenditure";
        /// The source's expenditure over its adjusted budget, in percent as printed. Source: 执行率.
        ///
        /// 该来源的支出占其调整后预算的百分数，按表上所写。取自“执行率”。
        may completion_rate: Percent = "执行率 / Completion rate";
    }
}

object! {
    /// The figures of one nature of expenditure.
    ///
    /// 一类支出的数字。
    NatureFigures "一项支出性质 / One nature" {
        /// Its budget at the year's beginning, in the document's unit. Source: 年初预算数.
        ///
        /// 该类支出的年初预算，按全文的单位。取自“年初预算数”。
        may initial_budget: Amount = "年初预算 / Initial budget";
        /// Its budget after adjustments, in the document's unit. Source: 全年预算数.
        ///
        /// 该类支出调整后的预算，按全文的单位。取自“全年预算数”。
        may adjusted_budget: Amount = "调整后预算 / Adjusted budget";
        /// What was spent, in the document's unit. Source: 全年执行数.
        ///
        /// 该类支出的实际支出，按全文的单位。取自“全年执行数”。
        may actual_expenditure: Amount = "实际支出 / Actual expenditure";
    }
}

object! {
    /// Sources of funds. A partial breakdown is allowed.
    ///
    /// 各项资金来源，可以只填一部分。
    BySource "按资金来源 / By source" {
        /// The general public budget, amounts in the document's unit. Source: 一般公共预算.
        ///
        /// 一般公共预算，金额按全文的单位。取自“一般公共预算”。
        may general_public_budget: SourceFigures = "一般公共预算 / General public budget";
        /// The government funds' budget, amounts in the document's unit. Source: 政府性基金预算.
        ///
        /// 政府性基金预算，金额按全文的单位。取自“政府性基金预算”。
        may government_fund_budget: SourceFigures = "政府性基金预算 / Government fund budget";
        /// The state capital operating budget, amounts in the document's unit. Source: 国有资本经营预算.
        ///
        /// 国有资本经营预算，金额按全文的单位。取自“国有资本经营预算”。
        may state_capital_budget: SourceFigures = "国有资本经营预算 / State capital budget";
        /// Fiscal appropriation; contains the three budgets; amounts in the document's unit. Source: (当年)财政拨款.
        ///
        /// 财政拨款，包含三本预算，金额按全文的单位。取自“（当年）财政拨款”。
        may fiscal_appropriation: SourceFigures = "财政拨款 / Fiscal appropriation";
        /// Funds under special fiscal accounts, amounts in the document's unit. Source: 财政专户管理资金.
        ///
        /// 财政专户管理资金，金额按全文的单位。取自“财政专户管理资金”。
        may fiscal_special_account: SourceFigures = "财政专户管理资金 / Special fiscal account";
        /// The unit's own funds, amounts in the document's unit. Source: 单位资金.
        ///
        /// 单位资金，金额按全文的单位。取自“单位资金”。
        may unit_funds: SourceFigures = "单位资金 / Unit funds";
        /// Funds carried over from the year before, amounts in the document's unit. Source: 上年结转资金.
        ///
        /// 上年结转资金，金额按全文的单位。取自“上年结转资金”。
        may carried_over: SourceFigures = "上年结转资金 / Carried over";
        /// Other funds, amounts in the document's unit. Source: 其他资金.
        ///
        /// 其他资金，金额按全文的单位。取自“其他资金”。
        may other: SourceFigures = "其他资金 / Other funds";
    }
}

object! {
    /// Natures of expenditure.
    ///
    /// 各类支出。
    ByNature "按支出性质 / By nature" {
        /// The cost of running the department, amounts in the document's unit. Source: 基本支出.
        ///
        /// 保障部门运转的支出，金额按全文的单位。取自“基本支出”。
        may basic: NatureFigures = "基本支出 / Basic expenditure";
        /// The cost of its projects, amounts in the document's unit. Source: 项目支出.
        ///
        /// 各个项目的支出，金额按全文的单位。取自“项目支出”。
        may project: NatureFigures = "项目支出 / Project expenditure";
    }
}

object! {
    /// The goal of the year and its achievement; one paragraph per item.
    ///
    /// 年度目标及其完成情况，每段一项。
    Goal<'a> "年度目标 / Goal of the year" {
        /// The planned goals, one paragraph per item. Source: 预期目标.
        ///
        /// 计划达到的目标，每段一项。取自“预期目标”。
        list expected: Text<'a> = "预期目标 / Expected";
        /// What was achieved, one paragraph per item. Source: 目标完成情况, 实际完成情况.
        ///
        /// 实际达到的情况，每段一项。取自“目标完成情况”“实际完成情况”。
        list achieved: Text<'a> = "完成情况 / Achieved";
        /// Why the two differ, one paragraph per item. Source: 偏差原因.
        ///
        /// 两者不同的原因，每段一项。取自“偏差原因”。
        list deviation_reason: Text<'a> = "偏差原因 / Reason for the deviation";
    }
}

object! {
    /// One main task.
    ///
    /// 一项主要任务。
    Task<'a> "主要任务 / Main task" {
        /// The task's name as printed. Source: 主要任务.
        ///
        /// 任务名称，按表上所写。取自“主要任务”。
        may name: Text<'a> = "任务名称 / Task name";
        /// What was planned, one paragraph per item. Source: 预期目标.
        ///
        /// 计划完成的内容，每段一项。取自“预期目标”。
        list expected: Text<'a> = "预期目标 / Expected";
        /// What was achieved, one paragraph per item. Source: 目标完成情况.
        ///
        /// 实际完成的内容，每段一项。取自“目标完成情况”。
        list achieved: Text<'a> = "完成情况 / Achieved";
        /// The indicators by which the task is measured. Source: 关键指标, 指标完成情况.
        ///
        /// 衡量该任务的指标。取自“关键指标”“指标完成情况”。
        list indicators: Indicator<'a> = "关键指标 / Indicators";
        /// The task's budget, in the document's unit. Source: none on the district's form.
        ///
        /// 该任务的预算，按全文的单位。本地区的表上没有这一项。
        may budget: Amount = "任务预算 / Task budget";
        /// The money spent on the task, in the document's unit. Source: 任务涉及资金.
        ///
        /// 用于该任务的资金，按全文的单位。取自“任务涉及资金”。
        may funds: Amount = "任务涉及资金 / Task funds";
    }
}

object! {
    /// One indicator of a task.
    ///
    /// 任务的一个指标。
    Indicator<'a> "关键指标 / Indicator" {
        /// The indicator's name as printed. Source: 关键指标.
        ///
        /// 指标名称，按表上所写。取自“关键指标”。
        may name: Text<'a> = "指标名称 / Indicator name";
        /// The value aimed at, as printed. Source: 年度指标值.
        ///
        /// 要达到的值，按表上所写。取自“年度指标值”。
        may target: Text<'a> = "指标值 / Target";
        /// The value reached, as printed. Source: 指标完成情况, 实际完成值.
        ///
        /// 达到的值，按表上所写。取自“指标完成情况”“实际完成值”。
        may result: Text<'a> = "完成情况 / Result";
        /// The unit in which target and result are measured, such as 场 or %. Source: 计量单位, where the form has it.
        ///
        /// 指标值和完成值的计量单位，如“场”“%”。取自“计量单位”，表上有才填。
        may measure_unit: Text<'a> = "计量单位 / Unit of measure";
        /// How result and target compare, such as ≥ or ≤. Source: the sign before 指标值.
        ///
        /// 完成值与指标值怎样比较，如“≥”“≤”。取自指标值前的符号。
        may sign: Text<'a> = "比较符号 / Sign of comparison";
        /// The points that can be had. Source: 分值.
        ///
        /// 满分多少分。取自“分值”。
        may weight: Points = "分值 / Weight";
        /// The points that were given. Source: 得分.
        ///
        /// 得了多少分。取自“得分”。
        may score: Points = "得分 / Score";
        /// Why the result falls short of the target. Source: 偏差原因分析及改进措施.
        ///
        /// 没有达到指标值的原因。取自“偏差原因分析及改进措施”。
        may deviation_reason: Text<'a> = "偏差原因 / Reason for the deviation";
    }
}

object! {
    /// One indicator of a scorecard.
    ///
    /// 评分表的一个指标。
    ScoredIndicator<'a> "评分指标 / Scored indicator" {
        /// The first level, such as 产出指标. Source: 一级指标.
        ///
        /// 一级指标，如“产出指标”。取自“一级指标”。
        may level1: Text<'a> = "一级指标 / First level";
        /// The second level, such as 数量指标. Source: 二级指标.
        ///
        /// 二级指标，如“数量指标”。取自“二级指标”。
        may level2: Text<'a> = "二级指标 / Second level";
        /// The indicator's name as printed. Source: 三级指标.
        ///
        /// 指标名称，按表上所写。取自“三级指标”。
        may name: Text<'a> = "三级指标 / Indicator name";
        /// The value aimed at, as printed. Source: 年度指标值.
        ///
        /// 要达到的值，按表上所写。取自“年度指标值”。
        may target: Text<'a> = "指标值 / Target";
        /// The value reached, as printed. Source: 实际完成值.
        ///
        /// 达到的值，按表上所写。取自“实际完成值”。
        may result: Text<'a> = "完成值 / Result";
        /// The unit in which target and result are measured, such as 场 or %. Source: 计量单位, where the form has it.
        ///
        /// 指标值和完成值的计量单位，如“场”“%”。取自“计量单位”，表上有才填。
        may measure_unit: Text<'a> = "计量单位 / Unit of measure";
        /// How result and target compare, such as ≥ or ≤. Source: the sign before 指标值.
        ///
        /// 完成值与指标值怎样比较，如“≥”“≤”。取自指标值前的符号。
        may sign: Text<'a> = "比较符号 / Sign of comparison";
        /// The points that can be had. Source: 分值.
        ///
        /// 满分多少分。取自“分值”。
        may weight: Points = "分值 / Weight";
        /// The points that were given. Source: 得分.
        ///
        /// 得了多少分。取自“得分”。
        may score: Points = "得分 / Score";
        /// Why points were lost. Source: 偏差原因分析及改进措施.
        ///
        /// 失分的原因。取自“偏差原因分析及改进措施”。
        may deviation_reason: Text<'a> = "偏差原因 / Reason for the deviation";
    }
}

object! {
    /// One key project.
    ///
    /// 一个重点项目。
    KeyProject<'a> "重点项目 / Key project" {
        /// The project's name as printed. Source: the text of 重点项目绩效情况, behind the level.
        ///
        /// 项目名称，按表上所写。取自“重点项目绩效情况”中层级之后的文字。
        may name: Text<'a> = "项目名称 / Project name";
        /// The project's level as printed, such as 二级项目. Source: the text of 重点项目绩效情况.
        ///
        /// 项目层级，按表上所写，如“二级项目”。取自“重点项目绩效情况”中的文字。
        may level: Text<'a> = "项目层级 / Project level";
        /// The budget asked for, in the document's unit. Source: 预算资金申报.
        ///
        /// 申报的预算，按全文的单位。取自“预算资金申报”。
        may budget_requested: Amount = "申报预算 / Budget requested";
        /// The money spent, in the document's unit. Source: 实际资金使用.
        ///
        /// 实际使用的资金，按全文的单位。取自“实际资金使用”。
        may funds_used: Amount = "实际使用 / Funds used";
        /// What was achieved, one paragraph per item. Source: 具体成效.
        ///
        /// 取得的成效，每段一项。取自“具体成效”。
        list outcomes: Text<'a> = "具体成效 / Outcomes";
    }
}

object! {
    /// The closing texts; one paragraph per item.
    ///
    /// 表末的文字说明，每段一项。
    Narrative<'a> "绩效说明 / Narrative" {
        /// The performance of the whole department, one paragraph per item. Source: 部门整体绩效.
        ///
        /// 部门整体的绩效，每段一项。取自“部门整体绩效”。
        list performance: Text<'a> = "部门整体绩效 / Performance";
        /// What went wrong, one paragraph per item. Source: 存在问题.
        ///
        /// 存在的问题，每段一项。取自“存在问题”。
        list problems: Text<'a> = "存在问题 / Problems";
        /// What will be done, one paragraph per item. Source: 改进措施或下一步计划.
        ///
        /// 今后的打算，每段一项。取自“改进措施或下一步计划”。
        list improvements: Text<'a> = "改进措施 / Improvements";
        /// The conclusion, one paragraph per item. Source: 自评结论.
        ///
        /// 自评的结论，每段一项。取自“自评结论”。
        list conclusion: Text<'a> = "自评结论 / Conclusion";
    }
}

object! {
    /// Points for the execution of the budget.
    ///
    /// 预算执行情况的分数。
    ExecutionScore "预算执行得分 / Execution score" {
        /// The points that can be had. Source: 分值 in the row 年度资金总额.
        ///
        /// 满分多少分。取自“年度资金总额”一行的“分值”。
        may weight: Points = "分值 / Weight";
        /// The points that were given. Source: 得分 in the row 年度资金总额.
        ///
        /// 得了多少分。取自“年度资金总额”一行的“得分”。
        may score: Points = "得分 / Score";
    }
}

object! {
    /// Points by indicator, and their total.
    ///
    /// 各项指标的分数和总分。
    Scorecard<'a> "评分表 / Scorecard" {
        /// Points for the execution of the budget. Source: the row 年度资金总额.
        ///
        /// 预算执行情况的分数。取自“年度资金总额”一行。
        may execution: ExecutionScore = "预算执行 / Execution";
        /// The indicators, in the form's order. Source: the block 绩效指标.
        ///
        /// 各项指标，按表上的顺序。取自“绩效指标”。
        list indicators: ScoredIndicator<'a> = "绩效指标 / Indicators";
        /// The sum of all points. Source: 总分.
        ///
        /// 各项得分之和。取自“总分”。
        may total_score: Points = "总分 / Total score";
    }
}

object! {
    /// Who filled the form in, and when.
    ///
    /// 填报人和填报日期。
    Submission<'a> "报送信息 / Submission" {
        /// Who filled the form in. Source: 填报人.
        ///
        /// 填报人。取自“填报人”。
        may prepared_by: Text<'a> = "填报人 / Prepared by";
        /// The date as printed. Source: 填报日期.
        ///
        /// 填报日期，按表上所写。取自“填报日期”。
        may date: Text<'a> = "填报日期 / Date";
    }
}
