//! A bar chart that Word draws itself. Its figures are in the chart, so no workbook is needed to show it.

use std::fmt::Write as _;

use crate::{Part, RELATIONS, escaped};

/// One of the values compared for each name.
#[derive(Clone, Debug)]
pub struct Series {
    /// What the values are.
    pub name: &'static str,
    /// The letters of its colour, such as `1F4E79`.
    pub colour: &'static str,
    /// A decimal number for each name; [`None`] where there is none.
    pub values: Vec<Option<String>>,
}

/// A chart of bars that lie: a group of bars for each name, from top to bottom.
#[derive(Clone, Debug)]
pub struct BarChart {
    /// What is compared.
    pub names: Vec<String>,
    /// The values compared.
    pub series: Vec<Series>,
}

/// A length of 1 centimetre in the unit of drawings.
const CENTIMETRE: u32 = 360_000;
const DRAWING: &str = "http://schemas.openxmlformats.org/drawingml/2006";

impl BarChart {
    /// The part that holds the chart.
    pub fn part(&self) -> Part {
        Part {
            file: "chart1.xml",
            relation: "chart",
            content_type: "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
            xml: self.xml(),
        }
    }

    /// The run of the main part that shows the chart whose part has this id. What it shows is said for those who cannot see it.
    pub fn drawing(id: &str, said: &str, (width, height): (u32, u32)) -> String {
        let (said, width, height) = (escaped(said), width * CENTIMETRE, height * CENTIMETRE);
        format!(
            "<w:r><w:drawing><wp:inline xmlns:wp=\"{DRAWING}/wordprocessingDrawing\" distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\">\
             <wp:extent cx=\"{width}\" cy=\"{height}\"/><wp:docPr id=\"1\" name=\"{said}\" descr=\"{said}\"/>\
             <a:graphic xmlns:a=\"{DRAWING}/main\"><a:graphicData uri=\"{DRAWING}/chart\"><c:chart xmlns:c=\"{DRAWING}/chart\" \
             xmlns:r=\"{RELATIONS}\" r:id=\"{id}\"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        )
    }

    fn xml(&self) -> String {
        let names: String = literal(self.names.iter().map(|name| Some(&**name)));
        let mut xml = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<c:chartSpace xmlns:c=\"{DRAWING}/chart\" \
             xmlns:a=\"{DRAWING}/main\"><c:roundedCorners val=\"0\"/><c:chart><c:autoTitleDeleted val=\"1\"/><c:plotArea><c:layout/>\
             <c:barChart><c:barDir val=\"bar\"/><c:grouping val=\"clustered\"/><c:varyColors val=\"0\"/>"
        );
        for (at, Series { name, colour, values }) in self.series.iter().enumerate() {
            let values = literal(values.iter().map(Option::as_deref));
            let _ = write!(
                xml,
                "<c:ser><c:idx val=\"{at}\"/><c:order val=\"{at}\"/><c:tx><c:v>{}</c:v></c:tx><c:spPr><a:solidFill>\
                 <a:srgbClr val=\"{colour}\"/></a:solidFill></c:spPr><c:invertIfNegative val=\"0\"/>{}\
                 <c:cat><c:strLit>{names}</c:strLit></c:cat><c:val><c:numLit><c:formatCode>General</c:formatCode>{values}\
                 </c:numLit></c:val></c:ser>",
                escaped(name),
                LABELS
            );
        }
        let text = "<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz=\"900\"/></a:pPr><a:endParaRPr lang=\"zh-CN\"/></a:p></c:txPr>";
        // The names go from top to bottom. Each bar has its value beside it, so there is no scale.
        let _ = write!(
            xml,
            "<c:gapWidth val=\"40\"/><c:axId val=\"1\"/><c:axId val=\"2\"/></c:barChart><c:catAx><c:axId val=\"1\"/><c:scaling>\
             <c:orientation val=\"maxMin\"/></c:scaling><c:delete val=\"0\"/><c:axPos val=\"l\"/><c:majorTickMark val=\"none\"/>\
             <c:minorTickMark val=\"none\"/><c:tickLblPos val=\"low\"/>{text}<c:crossAx val=\"2\"/><c:crosses val=\"autoZero\"/>\
             </c:catAx><c:valAx><c:axId val=\"2\"/><c:scaling><c:orientation val=\"minMax\"/></c:scaling><c:delete val=\"1\"/>\
             <c:axPos val=\"b\"/><c:crossAx val=\"1\"/><c:crosses val=\"max\"/></c:valAx></c:plotArea><c:legend>\
             <c:legendPos val=\"t\"/><c:overlay val=\"0\"/>{text}</c:legend><c:plotVisOnly val=\"1\"/>\
             <c:dispBlanksAs val=\"gap\"/></c:chart></c:chartSpace>"
        );
        xml
    }
}

/// Each bar's value beside it.
const LABELS: &str = "<c:dLbls><c:numFmt formatCode=\"#,##0.00\" sourceLinked=\"0\"/><c:spPr><a:noFill/></c:spPr>\
    <c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz=\"700\"/></a:pPr><a:endParaRPr lang=\"zh-CN\"/></a:p></c:txPr>\
    <c:dLblPos val=\"outEnd\"/><c:showLegendKey val=\"0\"/><c:showVal val=\"1\"/><c:showCatName val=\"0\"/>\
    <c:showSerName val=\"0\"/><c:showPercent val=\"0\"/><c:showBubbleSize val=\"0\"/></c:dLbls>";

/// The count of points, and those that have a value.
fn literal<'t>(points: impl ExactSizeIterator<Item = Option<&'t str>>) -> String {
    let mut xml = format!("<c:ptCount val=\"{}\"/>", points.len());
    for (at, point) in points.enumerate() {
        if let Some(point) = point {
            let _ = write!(xml, "<c:pt idx=\"{at}\"><c:v>{}</c:v></c:pt>", escaped(point));
        }
    }
    xml
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_and_values_that_are_not_there_are_left_out() {
        let values = vec![Some("12.5".to_owned()), None];
        let chart = BarChart {
            names: vec!["甲<局>".to_owned(), "乙局".to_owned()],
            series: vec![Series { name: "支出", colour: "1F4E79", values }],
        };
        let xml = chart.part().xml;
        assert!(xml.contains("甲&lt;局&gt;"), "{xml}");
        let values = &xml[xml.find("<c:val>").unwrap()..xml.find("</c:val>").unwrap()];
        assert_eq!(values.matches("<c:pt ").count(), 1, "{values}");
        assert!(values.contains("<c:ptCount val=\"2\"/>"), "{values}");
    }
}
