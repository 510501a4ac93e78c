"""Asks LibreOffice what each cell of a workbook or document shows, and compares that with what the command reads.

Workbooks are made by openpyxl from combinations of values, number formats, runs, hidden rows and columns, merged cells,
formulas, comments, protection, white text on dark cells and conditional colours; LibreOffice saves them as xls and ods too. Word
documents are written as XML, with struck, raised and hidden runs, tracked changes and controls (fields are left out, as LibreOffice
works them out anew). Differences are listed by kind. Where Excel and LibreOffice differ, the kind is in KNOWN, with the reason.

    /usr/bin/python3 tests/office/shown.py HUIZONG --python PYTHON-WITH-OPENPYXL [--cells 20000] [--formats xlsx,xls,ods,docx]
"""
import argparse, collections, json, pathlib, random, re, subprocess, sys, tempfile, zipfile

ROWS, COLUMNS, FIRST = 60, 8, 12

# Run in the Python that has openpyxl: writes one workbook, and says what each cell is made of.
WRITER = r'''
import json, random, sys
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.utils import get_column_letter as letter
seed, path, rows, columns, first = int(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:6])
rng = random.Random(seed)
FORMATS = ["General", "0", "0.00", "#,##0", "#,##0.00", "0%", "0.00%", "0.0", "0.000", "#.##", "# ?/?", "0.00E+00", "@",
  "0.00_ ", "0.00_);(0.00)", "#,##0.00_ ;[Red]\\-#,##0.00\\ ", "0.00;[Red]0.00", '0.00;"▲"0.00', "0.00;0.00-", "0.00;-0.00;;@",
  '0.00;-0.00;"-"', '0.00"万元"', '"约"0', "0.00,", "0\\.0,", "#,##0,", "0.0,,", "[=0]\"-\";0.00", "[<0]0;0.00", "[>=100]0;0.000",
  "[>=1000]#,##0;[>=10]0.0;0.00", ";;;", "0.00;;", "+0.00;-0.00", "[$￥-804]#,##0.00", '"¥"#,##0.00', "[Red]0.00", "[Blue]General",
  'General"万元"', "yyyy-mm-dd", 'yyyy"年"m"月"d"日"', 'yyyy"年"m"月"', 'm"月"d"日"', "yyyy/m/d", "yyyy\\年m\\月", "mm-dd-yy", "h:mm",
  "yyyy/m/d h:mm", "[h]:mm", "0_);\\(0\\)", "_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * \"-\"??_ ;_ @_ ", "000000", "0\"项\"", "#\\ ##0.00", "\\(0.00\\)"]
VALUES = [0, 1, -1, 0.5, 2.5, 9, 10, 61.25, 99.995, 100, 121.6, 121.65, -58.85, 276.5, 280.19, 339.04, 999.5, 1000, 1216, 2022, 12345.678,
  -1216.5, 44926, 45000, 45000.75, 1216000, 3652500, 0.9868, 0.1736, 0.005, 0.125, -0.004, 33.333333]
TEXTS = ["甲乙", "121.60", "m", "项目（一）", "a b", "第1条", "——", "98%"]
book = Workbook(); sheet = book.active; sheet.title = "自评表"
form = [["2022年度示范局部门整体支出绩效自评表"], ["单位：万元"], ["部门名称", "示范局", "被评价年度", "2022年"],
  ["部门资金情况", "部门年初预算收入", "339.04", "部门调整预算收入", "280.19"], ["", "实际支出数", "276.50", "年度预算调整数", "58.85"],
  ["", "预算完成率", "98.68%", "预算调整率", "17.36%"]]
for r, cells in enumerate(form, 1):
    for c, text in enumerate(cells, 1):
        if text: sheet.cell(r, c, text)
made, covered = {}, set()
for r in range(first, first + rows):
    for c in range(1, columns + 1):
        if (r, c) in covered: continue
        name, kind = f"{letter(c)}{r}", rng.random()
        cell = sheet.cell(r, c)
        if kind < 0.72:
            value, code = rng.choice(VALUES), rng.choice(FORMATS)
            # Days before March 1900 are others in Excel, which has a leap year that never was, and in LibreOffice.
            if any(mark in code for mark in "ymdh") and "General" not in code: value = rng.choice([44926, 45000, 45000.75, 40000.5])
            cell.value, cell.number_format = value, code
            made[name] = f"{value} in {code}"
        elif kind < 0.86:
            blocks = []
            for _ in range(rng.randint(1, 3)):
                props = rng.choice([{}, {}, {"strike": True}, {"vertAlign": "superscript"}, {"vertAlign": "subscript"}, {"b": True}])
                blocks.append(TextBlock(InlineFont(rFont="Calibri", **props), rng.choice(TEXTS + ["1", "2"])))
            cell.value = CellRichText(*blocks)
            made[name] = "runs " + " + ".join(f"{b.text}{'~' if b.font.strike else ''}{'^' if b.font.vertAlign else ''}" for b in blocks)
        elif kind < 0.92 and r > first:
            above = f"{letter(c)}{r - 1}"
            if rng.random() < 0.5:
                cell.value = rng.choice([f"=SUM({letter(c)}{first}:{above})", "=1+2.5", "=ROUND(7/3,2)", "=(3-1)*4.25", '="甲"&"乙"'])
            else:
                cell.value = rng.choice(TEXTS)
            # LibreOffice writes 0 into xls for a formula with a text and a format of numbers.
            cell.number_format = "General" if str(cell.value).startswith('="') else rng.choice(["General", "0.00", "0%"])
            made[name] = f"formula or text {cell.value} in {cell.number_format}"
        elif kind < 0.96:
            cell.value, cell.font = rng.choice(TEXTS + [12.5]), Font(strike=True)
            made[name] = f"struck cell {cell.value}"
        elif c < columns and r < first + rows - 1:
            down, right = rng.randint(0, 1), rng.randint(0, 1)
            area = [(r + i, c + j) for i in range(down + 1) for j in range(right + 1)]
            if any(at in covered or (at != (r, c) and at[0] == r and at[1] > columns) for at in area): continue
            cell.value = rng.choice(TEXTS)
            if len(area) > 1:
                sheet.merge_cells(start_row=r, end_row=r + down, start_column=c, end_column=c + right)
                covered |= set(area)
            made[name] = f"merged {down}x{right} {cell.value}"
# What adds to a cell and changes nothing of what it shows.
for name in rng.sample(sorted(made), 40):
    kind, cell = rng.choice(["comment", "protection", "dark"]), sheet[name]
    if kind == "comment": cell.comment = Comment("原为 99.99", "审核人")
    if kind == "protection": cell.protection = Protection(locked=True, hidden=True)
    if kind == "dark" and not cell.font.strike: cell.fill, cell.font = PatternFill("solid", fgColor="FF1F4E79"), Font(color="FFFFFFFF")
if rng.random() < 0.5: sheet.protection.sheet = True
if rng.random() < 0.5: sheet.conditional_formatting.add(f"A{first}:H{first + rows}", CellIsRule(operator="greaterThan", formula=["100"], font=Font(color="FFFF0000")))
for r in rng.sample(range(first, first + rows), 5): sheet.row_dimensions[r].hidden = True
if rng.random() < 0.5: sheet.column_dimensions[letter(rng.randint(2, columns))].hidden = True
for c in range(1, columns + 1): sheet.column_dimensions[letter(c)].width = 40
book.save(path)
print(json.dumps(made))
'''

# A Word document of paragraphs in a table's cells, with runs of all kinds, written as XML.
def word(seed, path):
    rng, made, rows = random.Random(seed), {}, []
    texts = ["甲乙", "121.60", "m", "项目（一）", "26", "第1条", "98%"]
    properties = {"": "", "~": "<w:strike/>", "~~": "<w:dstrike/>", "^": '<w:vertAlign w:val="superscript"/>', "_": '<w:vertAlign w:val="subscript"/>',
                  "hidden": "<w:vanish/>", "not struck": '<w:strike w:val="0"/>', "not hidden": '<w:vanish w:val="false"/>', "bold": "<w:b/>",
                  "was struck": '<w:rPrChange w:id="9" w:author="a"><w:rPr><w:strike/></w:rPr></w:rPrChange>'}
    run = lambda text, props: f'<w:r><w:rPr>{props}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'
    form = [["部门名称", "示范局", "被评价年度", "2022年"], ["部门资金情况", "部门年初预算收入", "339.04", "部门调整预算收入"], ["280.19", "实际支出数", "276.50", "年度预算调整数"],
            ["58.85", "预算完成率", "98.68%", "预算调整率"]]
    cell = lambda inner: f"<w:tc><w:tcPr/>{inner}</w:tc>"
    rows = ["<w:tr>" + "".join(cell(f"<w:p>{run(text, '')}</w:p>") for text in texts_) + "</w:tr>" for texts_ in form]
    for r in range(len(form) + 1, len(form) + 1 + ROWS):
        cells = []
        for c in range(1, 5):
            parts, what = [], []
            for _ in range(rng.randint(1, 3)):
                kind, text = rng.choice(["run"] * 6 + ["ins", "del", "break", "sdt", "paragraph"]), rng.choice(texts)
                name = rng.choice(list(properties))
                if kind == "run": parts.append(run(text, properties[name])); what.append(f"{text}{name}")
                elif kind == "ins": parts.append(f'<w:ins w:id="1" w:author="a">{run(text, "")}</w:ins>'); what.append(f"{text} inserted")
                elif kind == "del":
                    parts.append(f'<w:del w:id="2" w:author="a"><w:r><w:delText>{text}</w:delText></w:r></w:del>'); what.append(f"{text} deleted")
                elif kind == "break": parts.append(f"<w:r><w:br/></w:r>{run(text, '')}"); what.append(f"a break, {text}")
                elif kind == "sdt": parts.append(f"<w:sdt><w:sdtPr><w:id w:val=\"3\"/></w:sdtPr><w:sdtContent>{run(text, '')}</w:sdtContent></w:sdt>"); what.append(f"{text} in a control")
                else: parts.append(f"</w:p><w:p>{run(text, '')}"); what.append(f"a paragraph, {text}")
            cells.append(cell(f"<w:p>{''.join(parts)}</w:p>"))
            made[(r, c)] = " + ".join(what)
        rows.append("<w:tr>" + "".join(cells) + "</w:tr>")
    grid = "<w:tblGrid>" + '<w:gridCol w:w="2000"/>' * 4 + "</w:tblGrid>"
    body = f"<w:p>{run('2022年度示范局部门整体支出绩效自评表', '')}</w:p><w:p>{run('单位：万元', '')}</w:p><w:tbl><w:tblPr/>{grid}{''.join(rows)}</w:tbl><w:p/>"
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    kinds = "http://schemas.openxmlformats.org"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("[Content_Types].xml", f'<?xml version="1.0"?><Types xmlns="{kinds}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')
        out.writestr("_rels/.rels", f'<?xml version="1.0"?><Relationships xmlns="{kinds}/package/2006/relationships"><Relationship Id="r1" Type="{kinds}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>')
        out.writestr("word/document.xml", f'<?xml version="1.0" encoding="UTF-8"?><w:document {space}><w:body>{body}</w:body></w:document>')
    return made


def compare_word(tool, desktop, folder, seed, libre, note):
    """Compares the cells of one Word document, with its tracked changes accepted; returns how many."""
    path = folder / f"{seed}.docx"
    made = word(seed, path)
    document = desktop.loadComponentFromURL(path.as_uri(), "_blank", 0, (libre.option("Hidden", True),))
    libre.command(document, ".uno:AcceptAllTrackedChanges")
    table = document.getTextTables().getByIndex(0)
    said = subprocess.run([tool, "convert", str(path), "--explain-import", "--lang", "zh"], capture_output=True, text=True).stderr
    ours = {}
    for line in said.splitlines():
        found = re.match(r"  \S.*?  表格 1 第 (\d+) 行第 (\d+) 列    (.*)$", line)
        if found:
            ours[int(found[1]), int(found[2])] = found[3]
    for (row, column), what in made.items():
        theirs = plain(portions(table.getCellByName(f"{'ABCD'[column - 1]}{row}"), "\n"))
        mine = plain(ours.get((row, column), ""))
        if theirs[:40].strip().translate(WIDTH) != mine.translate(WIDTH):
            kinds = sorted(set(re.findall(r"[~^_]+|hidden|was struck|deleted|inserted|break|field|control|paragraph", what)))
            note("docx", ", ".join(kinds) or "plain", f"row {row}, column {column}: {what}: LibreOffice {theirs!r}, read {mine!r}")
    document.close(True)
    return len(made)


# Kinds of differences that are no faults, with the reason.
KNOWN = {
    "#.##": "Excel shows the point of a whole number, 2022.; the figure is the same",
    '[=0]"-";0.00': "in a section with a condition LibreOffice drops the sign; Excel keeps it",
    "mm-dd-yy": "the built-in date 14 follows the language: Chinese programs show 2023/3/15",
    "General": "LibreOffice gives a formula without a format that of its operands, such as percent, or text, for which it stores nothing in xls",
    "# ?/?": "LibreOffice drops the sign of a negative number that rounds to nothing; the figure is zero either way",
    "[>=100]0;0.000": "as above",
    "[>=1000]#,##0;[>=10]0.0;0.00": "as above",
}


LEVEL = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾₀₁₂₃₄₅₆₇₈₉", "0123456789()0123456789")
# LibreOffice has raised brackets of one width only.
WIDTH = str.maketrans("（）", "()")


def portions(cell, between):
    """The text of a cell without struck-out and hidden text, raised and lowered digits as such."""
    text, marks = [], False
    paragraphs = (cell if hasattr(cell, "createEnumeration") else cell.getText()).createEnumeration()
    while paragraphs.hasMoreElements():
        line, runs = [], paragraphs.nextElement().createEnumeration()
        queue = []
        while queue or runs.hasMoreElements():
            portion = queue.pop(0) if queue else runs.nextElement()
            if getattr(portion, "TextPortionType", "") == "ContentControl":
                within = portion.ContentControl.createEnumeration()
                while within.hasMoreElements():
                    queue.append(within.nextElement())
                continue
            if portion.CharStrikeout or getattr(portion, "CharHidden", False):
                continue
            word = portion.getString()
            if portion.CharEscapement > 0:
                word = word.translate(str.maketrans("0123456789[]()（）", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁽⁾⁽⁾"))
            if portion.CharEscapement < 0:
                word = word.translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
            marks |= portion.CharEscapement == 0 and bool(word.strip())
            line.append(word)
        text.append("".join(line))
    # What is raised as a whole is no mark.
    return between.join(text) if marks else between.join(text).translate(LEVEL)


def shown(cell):
    """What a person sees of a cell of a sheet."""
    if cell.getType().value == "TEXT" or cell.getString() and cell.getFormula() == cell.getString():
        return portions(cell, "\n")
    return "" if cell.CharStrikeout else cell.getString()


def visible(sheet, column, row):
    """Whether a cell shows anything: any part of its merged area is enough."""
    cursor = sheet.createCursorByRange(sheet.getCellByPosition(column, row))
    cursor.collapseToMergedArea()
    at = cursor.getRangeAddress()
    rows = any(sheet.getRows().getByIndex(r).IsVisible for r in range(at.StartRow, at.EndRow + 1))
    columns = any(sheet.getColumns().getByIndex(c).IsVisible for c in range(at.StartColumn, at.EndColumn + 1))
    return rows and columns


def read(tool, path):
    """What the command reads of each cell."""
    said = subprocess.run([tool, "convert", str(path), "--explain-import", "--lang", "zh"], capture_output=True, text=True).stderr
    out = {}
    for line in said.splitlines():
        found = re.match(r"  \S.*?  自评表!([A-Z]+[0-9]+)    (.*)$", line)
        if found:
            out[found[1]] = found[2]
    return out


def plain(text):
    return " ".join(text.split())


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("huizong"); ap.add_argument("--python", required=True); ap.add_argument("--cells", type=int, default=20_000)
    ap.add_argument("--formats", default="xlsx,xls,ods,docx"); ap.add_argument("--seed", type=int, default=1); ap.add_argument("-v", action="store_true")
    a = ap.parse_args()
    import libre
    from libre import office, option
    tool = str(pathlib.Path(a.huizong).resolve())
    filters = {"xls": "MS Excel 97", "ods": "calc8"}
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        process, desktop = office(folder)
        try:
            compared, kinds = collections.Counter(), {f: collections.Counter() for f in a.formats.split(",")}
            examples, seed = {}, a.seed
            while min(compared[f] for f in kinds) < a.cells:
                path = folder / f"{seed}.xlsx"
                made = json.loads(subprocess.run([a.python, "-c", WRITER, str(seed), str(path), str(ROWS), str(COLUMNS), str(FIRST)],
                                                 check=True, capture_output=True, text=True).stdout)
                def note(kind, label, example):
                    kinds[kind][label] += 1
                    examples.setdefault((kind, label), example)
                for kind in kinds:
                    if kind == "docx":
                        compared[kind] += compare_word(tool, desktop, folder, seed, libre, note)
                        continue
                    file = path
                    load = lambda p: desktop.loadComponentFromURL(p.as_uri(), "_blank", 0, (option("Hidden", True),))
                    if kind != "xlsx":
                        file = path.with_suffix("." + kind)
                        document = load(path)
                        document.calculateAll()
                        document.storeToURL(file.as_uri(), (option("FilterName", filters[kind]),))
                        document.close(True)
                    document = load(file)
                    sheet, ours = document.getSheets().getByIndex(0), read(tool, file)
                    for name, what in made.items():
                        column, row = ord(name[0]) - 65, int(name[1:]) - 1
                        cell = sheet.getCellByPosition(column, row)
                        theirs = plain(shown(cell)) if visible(sheet, column, row) else ""
                        mine = plain(ours.get(name, ""))
                        compared[kind] += 1
                        if theirs[:40].strip().translate(WIDTH) != mine.translate(WIDTH):
                            label = what.split(" in ", 1)[1] if " in " in what else what.split()[0]
                            note(kind, label, f"{name}: {what}: LibreOffice {theirs!r}, read {mine!r}")
                    document.close(True)
                seed += 1
        finally:
            process.terminate()
    for kind, found in kinds.items():
        print(f"{kind}: {compared[kind]} cells, {sum(found.values())} differences")
        for label, many in found.most_common():
            print(f"  {many:5} {label}   e.g. {examples[kind, label]}")
            failed |= label not in KNOWN
    sys.exit(failed)


main()
