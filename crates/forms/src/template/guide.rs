//! The sheet of a template that says how to fill it in.

use rust_xlsxwriter::{Format, FormatAlign, Worksheet, XlsxError};

use super::{Blank, row};
use crate::ooxml::marks::GUIDE;
use crate::write::page::Role;
use crate::write::xlsx::LINE;

/// The name of the sheet.
const NAME: &str = "填表说明";
/// The width of its lines, in Latin characters.
const WIDTH: u16 = 88;

impl Blank<'_> {
    /// Writes the sheet.
    pub(super) fn guide(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        sheet.set_name(NAME)?;
        sheet.set_paper_size(9).set_print_fit_to_pages(1, 0).set_margins(0.7, 0.7, 0.8, 0.8, 0.3, 0.3);
        sheet.set_column_width(0, 5)?.set_column_width(1, f64::from(WIDTH))?;
        let font = Format::new().set_font_name("宋体").set_font_size(11).set_align(FormatAlign::Top);
        sheet.write_with_format(0, 0, NAME, &font.clone().set_bold().set_font_size(16))?;
        sheet.set_row_height(0, 30)?;
        for (at, line) in self.lines().into_iter().enumerate() {
            let (at, number) = (row(at + 1), format!("{}.", at + 1));
            sheet.write_with_format(at, 0, number, &font)?;
            sheet.write_with_format(at, 1, &*line, &font.clone().set_text_wrap())?;
            let lines = unicode_width::UnicodeWidthStr::width(&*line).div_ceil(usize::from(WIDTH) - 4);
            let height = u32::try_from(lines * (LINE + 2) + 6).unwrap_or(60);
            sheet.set_row_height(at, f64::from(height))?;
        }
        sheet.write_string(0, 2, GUIDE)?;
        sheet.set_column_hidden(2)?;
        sheet.set_print_area(0, 0, row(self.lines().len()), 1)?;
        sheet.protect();
        Ok(())
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(due) = &self.filled_in.due {
            lines.push(format!("请于 {due} 前报送。"));
        }
        if self.filled_in.department.is_some() {
            lines.push(
                "部门名称、编码和年度已经填好，请核对；如有不符，请与财政局联系，不要自行修改。".to_owned(),
            );
        }
        lines.push("请在白色的格内填写；灰色的格是表头，已经锁定。".to_owned());
        if self.page.cells.iter().any(|cell| cell.role == Role::Line) {
            lines.push(
                "金额一律按表右上角注明的金额单位（万元或元）填。要换金额单位，点开那一格选择，全表按选定的填。".to_owned(),
            );
        }
        lines.push("金额只填数字，最多两位小数，不写“万元”等字。没有发生的填 0；不适用的留空。".to_owned());
        let rates = if self.filled_in.works_out_rates {
            "完成率、调整率由公式算出，不用填。"
        } else {
            "完成率、调整率填百分数，最多两位小数，如 92.55%。"
        };
        lines.push(rates.to_owned());
        if self.profile.table.is_some() {
            lines.push("任务或指标的行不够时，在这几行中间插入行；多出来的空行可以删掉。".to_owned());
        }
        if self.profile.projects.is_some() {
            lines.push("重点项目一栏，点到那一格会提示写法；每个项目另起一行。".to_owned());
        }
        lines.push(
            "表的右边是自动检查：绿色的对得上；红色的对不上，必须改；黄色的请核对；蓝色的供参考。对不上的那一格也会变色。检查不会打印出来。"
                .to_owned(),
        );
        lines.push("从别处复制内容时，用“选择性粘贴”里的“数值”，以免盖掉表里的格式和检查。".to_owned());
        lines.push("填完后保存成 Excel 文件报送，不要另做一张表，也不要转成图片。".to_owned());
        lines
    }
}
