//! Tests on office files made in memory, both usual and broken ones.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A workbook of sheets, each with its state and the content of `worksheet`.
fn xlsx(sheets: &[(&str, &str, &str)], styles: &str, strings: &str) -> Vec<u8> {
    let (mut listed, mut rels, mut types) = (String::new(), String::new(), String::new());
    let mut parts: Vec<(String, String)> = Vec::new();
    for (number, (name, state, inner)) in (1..).zip(sheets) {
        let _ =
            write!(listed, r#"<sheet name="{name}" sheetId="{number}" state="{state}" r:id="rId{number}"/>"#);
        let _ = write!(
            rels,
            r#"<Relationship Id="rId{number}" Type="http://x/worksheet" Target="worksheets/s{number}.xml"/>"#
        );
        types += "";
        parts.push((format!("xl/worksheets/s{number}.xml"), format!("<worksheet>{inner}</worksheet>")));
    }
    rels += r#"<Relationship Id="s" Type="http://x/styles" Target="/xl/styles.xml"/>
        <Relationship Id="t" Type="http://x/sharedStrings" Target="sharedStrings.xml"/>"#;
    let all: [(&str, String); 5] = [
        ("[Content_Types].xml", format!("<Types>{types}</Types>")),
        ("xl/workbook.xml", format!("<workbook xmlns:r='r'><sheets>{listed}</sheets></workbook>")),
        ("xl/_rels/workbook.xml.rels", format!("<Relationships>{rels}</Relationships>")),
        ("xl/styles.xml", format!("<styleSheet>{styles}</styleSheet>")),
        ("xl/sharedStrings.xml", format!("<sst>{strings}</sst>")),
    ];
    let mut named: Vec<(&str, &str)> = all.iter().map(|(name, text)| (*name, text.as_str())).collect();
    named.extend(parts.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    zipped(&named)
}

/// The texts of each grid, row by row; and the notices.
fn shown(bytes: &[u8]) -> (Vec<Vec<Vec<String>>>, Vec<String>) {
    let office = read(Container::of(bytes).unwrap(), bytes).unwrap();
    let text = |cell: &crate::GridCell| cell.text.to_string();
    let grids = office
        .grids
        .iter()
        .map(|grid| (0..grid.rows()).map(|row| grid.row(row).map(text).collect()).collect());
    (grids.collect(), office.notices.iter().map(|notice| notice.notice.to_string()).collect())
}

fn refused(bytes: &[u8]) -> Unreadable {
    read(Container::of(bytes).unwrap(), bytes).err().unwrap()
}

const STYLES: &str = r#"<numFmts><numFmt numFmtId="170" formatCode="0.00&quot;万元&quot;"/></numFmts>
    <cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>
    <cellXfs><xf numFmtId="0"/><xf numFmtId="10"/><xf numFmtId="170"/><xf numFmtId="4"/></cellXfs>"#;

#[test]
fn a_workbook_shows_what_its_formats_say() {
    let strings = "<si><t>实际</t></si><si><r><t>支</t></r><r><t xml:space='preserve'> 出</t></r><rPh><t>zhi</t></rPh></si>";
    let sheet = r#"<sheetData>
        <row r="2"><c r="B2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c><c r="D2" s="1"><v>0.883</v></c></row>
        <row r="4"><c r="B4" s="2"><v>12.5</v></c><c r="C4" t="inlineStr"><is><t>甲&amp;乙&#10;丙</t></is></c>
            <c r="D4" s="3"><v>1280.19</v></c><c r="E4" t="b"><v>1</v></c><c r="F4" t="e"><v>#DIV/0!</v></c></row>
        <row><c><v>0.0900000762939453</v></c><c t="str"><f>A1</f><v>文字</v></c></row>
        </sheetData><mergeCells><mergeCell ref="B4:B5"/></mergeCells>"#;
    let (grids, notices) = shown(&xlsx(&[("表", "visible", sheet)], STYLES, strings));
    assert_eq!(
        grids[0],
        [
            vec!["", "实际", "支 出", "88.30%", "", ""],
            vec!["", "12.50万元", "甲&乙\n丙", "1,280.19", "TRUE", "#DIV/0!"],
            // The cell below a merged one is covered.
            vec!["0.09", "", "", "", ""],
        ]
    );
    assert_eq!(notices, [""; 0]);
}

#[test]
fn names_with_prefixes_and_cells_without_addresses_are_read() {
    let sheet = "<x:sheetData xmlns:x='y'><x:row><x:c t='inlineStr'><x:is><x:t>甲</x:t></x:is></x:c><x:c/><x:c><x:v>5</x:v></x:c></x:row></x:sheetData>";
    assert_eq!(shown(&xlsx(&[("表", "visible", sheet)], "", "")).0, [[["甲", "5"]]]);
}

#[test]
fn what_is_hidden_is_left_out_and_said() {
    let cell = |at: &str| format!("<c r='{at}'><v>1</v></c>");
    let sheet = format!(
        "<cols><col min='2' max='16384' hidden='1'/></cols><sheetData><row r='1'>{}{}</row><row r='2' hidden='1'>{}</row></sheetData>",
        cell("A1"),
        cell("B1"),
        cell("A2")
    );
    let (grids, notices) = shown(&xlsx(&[("甲", "visible", &sheet), ("乙", "veryHidden", &sheet)], "", ""));
    assert_eq!(grids, [[["1"]]]);
    assert_eq!(notices, ["hidden-cells", "hidden-sheet"]);
}

#[test]
fn formulas_are_worked_out_again_and_shared_ones_too() {
    let sheet = "<sheetData><row r='1'><c r='A1'><v>10</v></c><c r='B1'><v>4</v></c><c r='C1'><f t='shared' ref='C1:C2' si='0'>A1-B1</f><v>6</v></c></row>
        <row r='2'><c r='A2'><v>20</v></c><c r='B2'><v>5</v></c><c r='C2'><f t='shared' si='0'/><v>16</v></c></row></sheetData>";
    let bytes = xlsx(&[("表", "visible", sheet)], "", "");
    let office = read(Container::Zip, &bytes).unwrap();
    let stale: Vec<_> = office.grids[0]
        .cells()
        .iter()
        .filter_map(|cell| Some((cell.place.clone()?, cell.stale.clone()?)))
        .collect();
    assert_eq!(stale.len(), 1);
    assert_eq!(stale[0].0, huizong_schema::findings::Place::Cell { sheet: "表".into(), cell: "C2".into() });
    assert_eq!((stale[0].1.formula.as_str(), stale[0].1.computed.to_string()), ("A2-B2", "15".to_owned()));
}

#[test]
fn one_odd_sheet_does_not_lose_the_others() {
    let good = "<sheetData><row><c><v>1</v></c></row></sheetData>";
    let (grids, notices) =
        shown(&xlsx(&[("甲", "visible", "<sheetData><row><c><v>1"), ("乙", "visible", good)], "", ""));
    assert_eq!((grids.len(), notices), (1, vec!["sheet-not-read".to_owned()]));
}

fn ods(tables: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content><office:automatic-styles><style:style style:name='ta2' style:family='table'>
        <style:table-properties table:display='false'/></style:style></office:automatic-styles>
        <office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    );
    zipped(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", &content)])
}

#[test]
fn open_document_sheets_show_their_text() {
    let table = "<table:table table:name='表'>
        <table:table-column table:number-columns-repeated='3'/><table:table-column table:visibility='collapse'/>
        <table:table-row><table:table-cell table:number-columns-spanned='2'><text:p>甲<text:s text:c='2'/>乙</text:p><text:p>丙</text:p></table:table-cell>
            <table:covered-table-cell/><table:table-cell office:value-type='percentage' office:value='0.883'><text:p>88.30%</text:p></table:table-cell>
            <table:table-cell><text:p>看不见</text:p></table:table-cell></table:table-row>
        <table:table-row table:number-rows-repeated='1048000'><table:table-cell table:number-columns-repeated='16384'/></table:table-row>
        <table:table-row><table:table-cell office:value-type='float' office:value='1.005'><office:annotation><text:p>批注</text:p></office:annotation><text:p>1.01</text:p></table:table-cell>
            <table:table-cell table:number-columns-repeated='2'><text:p>二</text:p></table:table-cell></table:table-row></table:table>
        <table:table table:name='藏' table:style-name='ta2'><table:table-row><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row></table:table>";
    let bytes = ods(table);
    let (grids, notices) = shown(&bytes);
    assert_eq!(grids, [[vec!["甲  乙\n丙", "88.30%"], vec!["1.01", "二", "二"]]]);
    assert_eq!(notices, ["hidden-cells", "hidden-sheet"]);
    let office = read(Container::Zip, &bytes).unwrap();
    let cell = office.grids[0].at(1, 0).unwrap();
    assert_eq!(cell.beneath.as_deref(), Some("1.005"));
    assert_eq!(
        cell.place,
        Some(huizong_schema::findings::Place::Cell { sheet: "表".into(), cell: "A1048002".into() })
    );
}

fn docx(body: &str) -> Vec<u8> {
    let text = format!("<w:document xmlns:w='w'><w:body>{body}</w:body></w:document>");
    zipped(&[("[Content_Types].xml", "<Types/>"), ("word/document.xml", &text)])
}

#[test]
fn the_lines_of_a_documents_margins_are_read_one_by_one() {
    let p = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
    let table = format!("<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>", p("甲"), p("乙"));
    let struck = "<w:p><w:r><w:rPr><w:strike/></w:rPr><w:t>单位：元</w:t></w:r></w:p>";
    let header = format!("<w:hdr xmlns:w='w'>{}{}{struck}{table}</w:hdr>", p("某局自评表"), p("单位：万元"));
    let relation = |id: &str, kind: &str| {
        format!("<Relationship Id='{id}' Type='http://x/{kind}' Target='{kind}1.xml'/>")
    };
    let relations =
        format!("<Relationships>{}{}</Relationships>", relation("a", "header"), relation("b", "footer"));
    let document = "<w:document xmlns:w='w'><w:body><w:sectPr><w:headerReference w:type='default' r:id='a'/>\
                    <w:footerReference w:type='default' r:id='b'/></w:sectPr></w:body></w:document>";
    let bytes = zipped(&[
        ("[Content_Types].xml", "<Types/>"),
        ("word/document.xml", document),
        ("word/_rels/document.xml.rels", &relations),
        ("word/header1.xml", &header),
        // Damage in a margin takes nothing from the form.
        ("word/footer1.xml", "<w:ftr xmlns:w='w'><w:p><w:r><w:t>第1页"),
    ]);
    let office = read(Container::of(&bytes).unwrap(), &bytes).unwrap();
    assert_eq!(office.grids[0].margins, ["某局自评表", "单位：万元", "甲", "乙"]);
}

/// A document with its styles, its numbers, and headers for the first and for other pages.
fn styled(body: &str, styles: &str, numbering: &str) -> Vec<u8> {
    let text = format!(
        "<w:document xmlns:w='w'><w:body>{body}<w:sectPr><w:headerReference w:type='first' r:id='f'/><w:headerReference w:type='default' r:id='d'/></w:sectPr></w:body></w:document>"
    );
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id='{id}' Type='http://x/{kind}' Target='{target}.xml'/>")
    };
    let relations = format!(
        "<Relationships>{}{}{}{}</Relationships>",
        relation("s", "styles", "styles"),
        relation("n", "numbering", "numbering"),
        relation("f", "header", "first"),
        relation("d", "header", "other"),
    );
    let header = |text: &str| format!("<w:hdr xmlns:w='w'><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:hdr>");
    zipped(&[
        ("[Content_Types].xml", "<Types/>"),
        ("word/document.xml", &text),
        ("word/_rels/document.xml.rels", &relations),
        ("word/styles.xml", &format!("<w:styles xmlns:w='w'>{styles}</w:styles>")),
        ("word/numbering.xml", &format!("<w:numbering xmlns:w='w'>{numbering}</w:numbering>")),
        ("word/first.xml", &header("单位：元")),
        ("word/other.xml", &header("单位：万元")),
    ])
}

#[test]
fn a_document_shows_what_its_styles_fields_and_symbols_say() {
    let styles = "<w:style w:type='character' w:styleId='A'><w:rPr><w:strike/></w:rPr></w:style>
        <w:style w:type='character' w:styleId='B'><w:basedOn w:val='A'/></w:style>
        <w:style w:type='character' w:styleId='C'><w:basedOn w:val='C'/><w:rPr><w:vertAlign w:val='superscript'/></w:rPr></w:style>
        <w:style w:type='paragraph' w:styleId='P'><w:rPr><w:vanish/></w:rPr></w:style>";
    let numbering = "<w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='decimal'/><w:lvlText w:val='%1.'/></w:lvl></w:abstractNum>
        <w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>";
    let run =
        |properties: &str, text: &str| format!("<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>");
    let field = |kind: &str| format!("<w:r><w:fldChar w:fldCharType='{kind}'/></w:r>");
    let code = |text: &str| format!("<w:r><w:instrText>{text}</w:instrText></w:r>");
    let paragraphs = [
        // Struck by a style based on another, raised by one that is based on itself.
        format!("{}{}{}", run("<w:rStyle w:val='B'/>", "9"), run("", "25.20"), run("<w:rStyle w:val='C'/>", "1")),
        format!("<w:pPr><w:pStyle w:val='P'/></w:pPr>{}{}", run("", "藏"), run("<w:vanish w:val='0'/>", "见")),
        "<w:r><w:sym w:font='Wingdings 2' w:char='F052'/><w:t>是</w:t><w:sym w:font='Wingdings 2' w:char='F0A3'/><w:t>否</w:t></w:r>".into(),
        format!("{}{}", run("<w:rFonts w:ascii='Symbol' w:hAnsi='Symbol'/>", "\u{f0b3}"), run("", "120")),
        // A formula around a field: only its own result is shown.
        [field("begin"), code(" = "), field("begin"), code("MERGEFIELD x"), field("separate"), run("", "99"), field("end"), field("separate"), run("", "25.20"), field("end")].concat(),
        [field("begin"), code("MACROBUTTON NoMacro 甲"), field("end")].concat(),
        "<m:oMath xmlns:m='m'><m:f><m:num><m:r><m:t>119</m:t></m:r></m:num><m:den><m:r><m:t>120</m:t></m:r></m:den></m:f></m:oMath>".into(),
        "<m:oMath xmlns:m='m'><m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath>".into(),
        format!("<w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr>{}", run("", "一项")),
        format!("<w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr>{}", run("", "二项")),
        format!("{}{}", run("<w:color w:val='FFFFFF'/>", "白"), run("<w:color w:val='FFFFFF'/><w:shd w:val='clear' w:fill='000000'/>", "黑底")),
        format!(
            "{}{}",
            run("<w:color w:val='FFFFFF'/><w:highlight w:val='red'/>", "红底"),
            run("<w:color w:val='FFFFFF'/><w:shd w:val='clear' w:fill='auto' w:themeFill='accent1'/>", "题底")
        ),
    ];
    let body: Vec<String> = paragraphs.iter().map(|inner| format!("<w:p>{inner}</w:p>")).collect();
    let body = body.concat();
    let bytes = styled(&body, styles, numbering);
    let lines: Vec<String> = shown(&bytes).0[0].iter().map(|row| row.concat()).collect();
    assert_eq!(
        lines,
        [
            "25.20¹",
            "见",
            "☑是□否",
            "≥120",
            "25.20",
            "甲",
            "119/120",
            "10²",
            "1. 一项",
            "2. 二项",
            "黑底",
            "红底题底"
        ]
    );
    // The header of a first page is shown only if the section has such a page.
    let office = read(Container::of(&bytes).unwrap(), &bytes).unwrap();
    assert_eq!(office.grids[0].margins, ["单位：万元"]);
    let row = |properties: &str, text: &str| {
        format!("<w:tr>{properties}<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc></w:tr>")
    };
    let table = format!(
        "<w:tbl>{}{}</w:tbl>",
        row("<w:trPr><w:del/></w:trPr>", "旧"),
        row("<w:trPr><w:hidden/></w:trPr>", "新")
    );
    let (grids, _) = shown(&docx(&table));
    assert_eq!(grids[0], [[""], ["新"]]);
    assert_eq!(shown(&docx("<w:altChunk/>")).1, ["embedded-not-read"]);
}

#[test]
fn a_sheet_shows_what_its_colours_its_view_and_its_conditions_let_be_seen() {
    let styles = "<fonts><font/><font><color rgb='FFFFFFFF'/></font><font><color theme='0'/></font></fonts>
        <fills><fill><patternFill patternType='none'/></fill><fill><patternFill patternType='gray125'/></fill>
        <fill><patternFill patternType='solid'><fgColor rgb='FF1F4E79'/></patternFill></fill></fills>
        <cellXfs><xf/><xf fontId='1'/><xf fontId='2' fillId='2'/><xf fontId='2'/></cellXfs>
        <dxfs><dxf><numFmt numFmtId='164' formatCode=';;;'/></dxf><dxf><font><color rgb='FFFF0000'/></font></dxf></dxfs>";
    let cells = "<row r='1'><c r='A1' s='1'><v>26</v></c><c r='B1' s='2' t='inlineStr'><is><t>表头</t></is></c><c r='C1' s='3'><v>5</v></c>
        <c r='D1' t='inlineStr'><is><r><t>121.60</t></r><r><rPr><color rgb='FFFFFFFF'/></rPr><t>9</t></r></is></c><c r='E1'><v>0</v></c></row>";
    let left_out = |inner: &str| {
        let bytes = xlsx(&[("表", "visible", inner)], styles, "");
        let office = read(Container::of(&bytes).unwrap(), &bytes).unwrap();
        let cells = office.grids[0].cells().iter();
        cells
            .map(|cell| {
                let left_out: Vec<&str> = cell.left_out.iter().map(|part| part.kind.id()).collect();
                format!("{}{}", cell.text, left_out.concat())
            })
            .collect::<Vec<_>>()
    };
    let plain = format!("<sheetData>{cells}</sheetData>");
    assert_eq!(left_out(&plain), ["pale", "表头", "pale", "121.60pale", "0"]);
    let without_zeros = format!("<sheetViews><sheetView showZeros='0'/></sheetViews>{plain}");
    assert_eq!(left_out(&without_zeros)[4], "format");
    // Where a condition may colour cells, what is white may be seen; what another format shows is not known.
    let condition = |dxf: u8| {
        format!("{plain}<conditionalFormatting sqref='D1:E1'><cfRule dxfId='{dxf}'/></conditionalFormatting>")
    };
    assert_eq!(
        left_out(&condition(0)),
        ["26conditional", "表头", "5conditional", "121.609conditional", "0conditional"]
    );
    assert_eq!(left_out(&condition(1))[4], "0");
}

#[test]
fn documents_give_paragraphs_and_tables_with_merged_cells() {
    let p = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
    let cell = |properties: &str, inner: &str| format!("<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>");
    let inner_table = format!("<w:tbl><w:tr>{}{}</w:tr></w:tbl>", cell("", &p("x")), cell("", &p("y")));
    let body = format!(
        "{}<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r><w:r><w:t>单位：</w:t></w:r><w:r><w:t>万元</w:t><w:br/><w:t>二</w:t></w:r></w:p>
        <w:tbl><w:tr>{}{}</w:tr><w:tr>{}{}{}</w:tr><w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr>{}</w:tr></w:tbl>{}",
        p("标题"),
        cell("<w:vMerge w:val='restart'/>", &p("甲")),
        cell("<w:gridSpan w:val='2'/>", &format!("{}{}", p("乙"), p("丙"))),
        cell("<w:vMerge/>", "<w:p/>"),
        cell("", &format!("{}{inner_table}<w:p/>", p("丁"))),
        cell("", "<w:p><w:del><w:r><w:delText>旧</w:delText><w:t>旧</w:t></w:r></w:del><w:ins><w:r><w:t>新</w:t></w:r></w:ins></w:p>"),
        cell("", &p("戊")),
        p("注：1")
    );
    let bytes = docx(&body);
    let office = read(Container::Zip, &bytes).unwrap();
    let (grids, _) = shown(&bytes);
    assert_eq!(
        grids[0],
        [
            vec!["标题"],
            vec!["单位：万元"],
            vec!["二"],
            vec!["甲", "乙\n丙"],
            vec!["丁\nx y", "新"],
            vec!["戊"],
            vec!["注：1"]
        ]
    );
    let at = |row: usize, column: usize| office.grids[0].at(row, column).unwrap();
    assert_eq!((&*at(4, 0).text, &*at(5, 1).text), ("甲", "戊"));
    let place = huizong_schema::findings::Place::Table { table: 1, row: 2, column: 3 };
    assert_eq!(at(4, 2).place, Some(place));
}

#[test]
fn what_cannot_be_read_says_why() {
    let whole = xlsx(&[("表", "visible", "<sheetData/>")], "", "");
    assert!(matches!(refused(&whole[..whole.len() / 2]), Unreadable::Broken(_)));
    assert!(matches!(refused(b"PK\x03\x04"), Unreadable::Broken(_)));
    assert!(matches!(refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), Unreadable::Broken(_)));
    assert_eq!(refused(&zipped(&[("a.txt", "x")])), Unreadable::OtherKind("zip"));
    assert_eq!(refused(b"%PDF-1.7"), Unreadable::OtherKind("pdf"));
    assert_eq!(
        refused(&zipped(&[("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", "")])),
        Unreadable::OtherKind("odt")
    );
    let secret = zipped(&[
        ("mimetype", ""),
        ("META-INF/manifest.xml", "<manifest:encryption-data/>"),
        ("content.xml", ""),
    ]);
    assert_eq!(refused(&secret), Unreadable::Password);
}

#[test]
fn files_that_unpack_to_too_much_end_soon() {
    // One long text in very many cells.
    let long = "长".repeat(20_000);
    let cells = "<c t='s'><v>0</v></c>".repeat(100_000);
    let sheet = format!("<sheetData><row>{cells}</row></sheetData>");
    let (grids, notices) = shown(&xlsx(&[("表", "visible", &sheet)], "", &format!("<si><t>{long}</t></si>")));
    assert_eq!((grids.len(), notices), (0, vec!["sheet-not-read".to_owned()]));
    let repeated = "<table:table><table:table-row table:number-rows-repeated='1048576'><table:table-cell table:number-columns-repeated='16384'><text:p>x</text:p></table:table-cell></table:table-row></table:table>";
    assert_eq!(refused(&ods(repeated)), Unreadable::TooLarge);
    // Entities that a file defines for itself are not followed.
    let bomb = "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><sheetData><row><c t='inlineStr'><is><t>&b;</t></is></c></row></sheetData>";
    assert_eq!(shown(&xlsx(&[("表", "visible", bomb)], "", "")).0, [[["&b;"]]]);
}

#[test]
fn one_workbook_in_three_formats_shows_the_same() {
    // Written by LibreOffice.
    let files: [&[u8]; 3] = [
        include_bytes!("fixtures/same.xlsx"),
        include_bytes!("fixtures/same.xls"),
        include_bytes!("fixtures/same.ods"),
    ];
    let told = |bytes: &[u8]| {
        let office = read(Container::of(bytes).unwrap(), bytes).unwrap();
        let cells = office.grids.iter().flat_map(crate::Grid::cells).filter(|cell| !cell.is_blank());
        let cells = cells.map(|cell| {
            let Some(huizong_schema::findings::Place::Cell { sheet, cell: at }) = &cell.place else {
                panic!()
            };
            let beneath = cell.beneath.as_deref().map(|beneath| format!(" ({beneath})")).unwrap_or_default();
            assert_eq!(cell.stale, None);
            format!("{sheet}!{at} {}x{} {:?}{beneath}", cell.row_span, cell.column_span, cell.text)
        });
        let notices = office.notices.iter().map(|notice| notice.notice.to_string());
        cells.chain(notices).collect::<Vec<_>>().join("\n")
    };
    let first = told(files[0]);
    insta::assert_snapshot!(first);
    assert_eq!(told(files[1]), first);
    assert_eq!(told(files[2]), first);
}

#[test]
fn an_old_workbook_with_the_password_that_excel_tries_is_read() {
    // Written by LibreOffice: the password is the one that Excel tries by itself.
    let texts = |bytes: &[u8]| {
        let office = read(Container::of(bytes).unwrap(), bytes).unwrap();
        let cells = office.grids.iter().flat_map(crate::Grid::cells).map(|cell| cell.text.clone());
        cells.collect::<Vec<_>>()
    };
    let open = texts(include_bytes!("fixtures/same.xls"));
    assert!(open.len() > 10);
    assert_eq!(texts(include_bytes!("fixtures/locked.xls")), open);
    // The same workbook, encrypted by newer Excel's method; the records alone.
    let newer = super::xls_records::packed(include_bytes!("fixtures/locked-newer.records"));
    assert_eq!(texts(&newer), open);
    assert_eq!(refused(include_bytes!("fixtures/locked-other.xls")), Unreadable::Password);
    // Damaged ones end in an error or in a workbook.
    let locked = include_bytes!("fixtures/locked-newer.records");
    for at in 0..400 {
        let mut damaged = locked.to_vec();
        damaged[at] ^= 0x55;
        let packed = super::xls_records::packed(&damaged);
        let _ = read(Container::of(&packed).unwrap(), &packed);
    }
}
