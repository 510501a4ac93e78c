"""Plants one fault in each of many forms of every format, and checks that the command finds it.

The command writes the forms; other programs' libraries change and reopen them (openpyxl, python-docx, lxml, xlrd, and
LibreOffice for xls and ods). The finding must name the changed cell, or one that the same relation reads, and the named
cell must hold the value that the finding gives. Harmless changes must cause no findings.

    python3 tests/office/planted.py HUIZONG [--faults 300] [--harmless 100] [--forms FOLDER]

With a folder of correct forms from elsewhere (in the district's layout), a fault is also planted for each figure of each
form, in a copy of its own.
"""
import argparse, collections, decimal, json, pathlib, random, re, shutil, subprocess, sys, tempfile, unicodedata

import docx, lxml.html, openpyxl, xlrd
from lxml import etree

from made import DISTRICT, SCORED, D, district, scored, two

# Functions that change a value. FAULTS and HARMLESS pair them with cells, named by a label or by the labels of row and column.
def larger(value):
    return two(D(value) * D("1.37") + 7)


def smaller(value):
    return two(D(value) / 2)


def more(value):
    return two(D(value) + 4)


FAULTS = {
    DISTRICT: [
        (("实际支出数",), larger), (("预算完成率",), more), (("预算调整率",), more), (("部门年初预算收入",), larger),
        (("年度预算调整数",), lambda v: two(D(v) * 2 + 30)), (("部门调整预算收入",), smaller),
        (("其中：一般公共预算",), lambda v: two(D(v) * 3)), (("第乙项工作", "任务涉及资金"), lambda v: two(D(v) * 6)),
    ],
    SCORED: [
        (("年度资金总额", "全年执行数"), larger), (("年度资金总额", "执行率"), more),
        (("其中：当年财政拨款", "全年预算数"), larger), (("其中：当年财政拨款", "执行率"), more),
        (("其中：当年财政拨款", "全年执行数"), lambda v: two(D(v) * 2)), (("第乙项", "得分"), lambda v: "17"),
        (("第丁项", "分值"), lambda v: "25"), (("总分", "得分"), lambda v: "91"),
    ],
}
HARMLESS = {
    DISTRICT: [
        (("第甲项工作", "目标完成情况"), lambda v: "提前办完了。"), (("存在问题",), lambda v: "经费紧。"),
        (("其他资金",), lambda v: two(D(v) - D("0.01"))), (("第丙项工作", "任务涉及资金"), lambda v: two(D(v) - D("0.01"))),
        (("部门名称（汇总）",), None),
    ],
    SCORED: [
        (("第甲项", "实际完成值"), lambda v: "88"), (("部门（单位）名称",), None), (("第丙项", "偏差原因分析及改进措施"), lambda v: "无"),
        (("其中：当年财政拨款", "年初预算数"), lambda v: two(D(v) - D("0.01"))),
    ],
}


class Sheet:
    """A form as a grid: the text of each (row, column), and the number of columns that each cell covers."""

    def plain(self, label):
        """The place of a label's value in a form of unknown layout; None if there is no such label."""
        def bare(text):
            return re.sub(r"[\s:：()（）]", "", unicodedata.normalize("NFKC", text)).removeprefix("其中")
        found = [place for place, text in self.texts.items() if bare(text) == bare(label)]
        if len(found) != 1:
            return None
        row, column = found[0]
        right = [at for at, text in self.texts.items() if at[0] == row and at[1] > column and text.strip()]
        place = min(right, default=None)
        is_figure = place and re.fullmatch(r"[0-9,.]+%?", self.texts[place].strip())
        return place if is_figure else None

    def place(self, path):
        at = {text.strip(): place for place, text in self.texts.items() if text.strip()}
        # A label may occur twice (得分 heads two columns): use the nearest one above the row.
        row, column = at[path[0]]
        if len(path) == 1:
            return row, column + self.spans[(row, column)]
        heads = [place for place, text in self.texts.items() if text.strip() == path[1] and place[0] < row]
        return row, max(heads)[1]


class Xlsx(Sheet):
    def __init__(self, path):
        self.path, self.book = path, openpyxl.load_workbook(path)
        fullest = lambda sheet: sum(1 for line in sheet.iter_rows() for cell in line if cell.value is not None)
        self.sheet = max(self.book.worksheets, key=fullest)
        self.texts, self.spans = {}, {}
        for line in self.sheet.iter_rows():
            for cell in line:
                if cell.value is not None or not isinstance(cell, openpyxl.cell.cell.MergedCell):
                    self.texts[(cell.row, cell.column)] = "" if cell.value is None else str(cell.value)
                    self.spans[(cell.row, cell.column)] = 1
        for area in self.sheet.merged_cells.ranges:
            self.spans[(area.min_row, area.min_col)] = area.max_col - area.min_col + 1

    def set(self, place, text):
        cell = self.sheet.cell(*place)
        if isinstance(cell.value, (int, float)):
            percent = cell.number_format.endswith("%")
            cell.value = float(D(text) / 100) if percent else float(text)
            decimals = len(text.split(".")[1]) if "." in text else 0
            cell.number_format = "0" + ("." + "0" * decimals if decimals else "") + ("%" if percent else "")
        else:
            cell.value = text
        self.book.save(self.path)

    def address(self, place):
        return {"sheet": self.sheet.title, "cell": self.sheet.cell(*place).coordinate}

    def at(self, location):
        cell = openpyxl.load_workbook(self.path)[location["sheet"]][location["cell"]]
        if isinstance(cell.value, (int, float)):
            percent = cell.number_format.endswith("%")
            decimals = len(cell.number_format.split(".")[1].rstrip("%")) if "." in cell.number_format else 0
            value = D(repr(cell.value)) * (100 if percent else 1)
            return str(value.quantize(D(1).scaleb(-decimals), decimal.ROUND_HALF_UP))
        return str(cell.value)


class Docx(Sheet):
    def __init__(self, path):
        self.path, self.document = path, docx.Document(path)
        self.texts, self.spans = {}, {}
        seen = set()
        for row, line in enumerate(self.document.tables[0].rows, 1):
            for column, cell in enumerate(line.cells, 1):
                if cell._tc in seen:
                    continue
                seen.add(cell._tc)
                self.texts[(row, column)], self.spans[(row, column)] = cell.text, cell.grid_span

    def set(self, place, text):
        paragraph = self.document.tables[0].rows[place[0] - 1].cells[place[1] - 1].paragraphs[0]
        if paragraph.runs:
            paragraph.runs[0].text = text
        else:
            paragraph.add_run(text)
        self.document.save(self.path)

    def address(self, place):
        return {"table": 1, "row": place[0], "column": place[1]}

    def at(self, location):
        table = docx.Document(self.path).tables[location["table"] - 1]
        return table.rows[location["row"] - 1].cells[location["column"] - 1].text


class Html(Sheet):
    def __init__(self, path):
        self.path, self.tree = path, lxml.html.parse(str(path), lxml.html.HTMLParser(encoding="utf-8"))
        self.texts, self.spans, self.cells = {}, {}, {}
        taken = set()
        for row, line in enumerate(self.tree.xpath("//table[1]//tr"), 1):
            column = 1
            for cell in line.xpath("td|th"):
                while (row, column) in taken:
                    column += 1
                rows, columns = int(cell.get("rowspan", 1)), int(cell.get("colspan", 1))
                taken.update((row + r, column + c) for r in range(rows) for c in range(columns))
                self.texts[(row, column)], self.spans[(row, column)] = cell.text_content(), columns
                self.cells[(row, column)] = cell
                column += columns

    def set(self, place, text):
        cell = self.cells[place]
        for child in list(cell):
            cell.remove(child)
        cell.text = text
        self.path.write_bytes(lxml.html.tostring(self.tree, encoding="utf-8", doctype="<!DOCTYPE html>"))

    def address(self, place):
        return {"table": 1, "row": place[0], "column": place[1]}

    def at(self, location):
        return Html(self.path).texts[(location["row"], location["column"])]


class Text(Sheet):
    def __init__(self, path):
        self.path = path
        try:
            self.encoding = "utf-8"
            text = path.read_bytes().decode(self.encoding)
        except UnicodeDecodeError:
            self.encoding = "gb18030"
            text = path.read_bytes().decode(self.encoding)
        self.lines = [line.split("\t") for line in text.split("\n")]
        self.texts, self.spans = {}, {}
        for row, line in enumerate(self.lines, 1):
            filled = [column for column, cell in enumerate(line, 1) if cell]
            for column, next_one in zip(filled, filled[1:] + [len(line) + 1]):
                self.texts[(row, column)] = line[column - 1]
                self.spans[(row, column)] = next_one - column

    def place(self, path):
        row, column = Sheet.place(self, path)
        return row, column

    def set(self, place, text):
        self.lines[place[0] - 1][place[1] - 1] = text
        self.path.write_bytes("\n".join("\t".join(line) for line in self.lines).encode(self.encoding))

    def address(self, place):
        before = self.lines[place[0] - 1][: place[1] - 1]
        return {"line": place[0], "column": sum(len(cell) + 1 for cell in before) + 1}

    def at(self, location):
        line = self.path.read_bytes().decode(self.encoding).split("\n")[location["line"] - 1]
        return line[location["column"] - 1:].split("\t")[0]


def number_in(row_column):
    letters, row = re.fullmatch(r"([A-Z]+)([0-9]+)", row_column).groups()
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(row), column


def at_xls(path, location):
    book = xlrd.open_workbook(path, formatting_info=True)
    row, column = number_in(location["cell"])
    cell = book.sheet_by_name(location["sheet"]).cell(row - 1, column - 1)
    if cell.ctype != xlrd.XL_CELL_NUMBER:
        return str(cell.value)
    code = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
    decimals = len(code.split(".")[1].rstrip("%")) if "." in code else 0
    value = D(repr(cell.value)) * (100 if code.endswith("%") else 1)
    return str(value.quantize(D(1).scaleb(-decimals), decimal.ROUND_HALF_UP))


def at_ods(path, location):
    import zipfile
    tree = etree.fromstring(zipfile.ZipFile(path).read("content.xml"))
    names = {"t": "urn:oasis:names:tc:opendocument:xmlns:table:1.0"}
    key = "{%s}" % names["t"]
    row, column = number_in(location["cell"])
    for table in tree.iterfind(".//t:table", names):
        if table.get(key + "name") != location["sheet"]:
            continue
        at_row = 0
        for line in table.iter(key + "table-row"):
            repeated = int(line.get(key + "number-rows-repeated", 1))
            if at_row < row <= at_row + repeated:
                at = 0
                for cell in line:
                    times = int(cell.get(key + "number-columns-repeated", 1))
                    if at < column <= at + times:
                        return "".join(cell.itertext())
                    at += times
            at_row += repeated
    return None


OPEN = {"xlsx": Xlsx, "docx": Docx, "html": Html, "txt": Text}


def plant(huizong, folder, faults, harmless):
    """Writes the forms. Returns for each faulty file the labels and address of the changed cell and its sheet, and the names of
    the harmless ones."""
    rng = random.Random(5)
    work = folder / "work"
    work.mkdir()
    planted, clean = {}, []
    formats = ["xlsx", "docx", "html", "txt", "xls", "ods"]
    for number in range(faults + harmless):
        form = rng.choice([DISTRICT, SCORED])
        document = district(rng) if form == DISTRICT else scored(rng)
        ending = formats[number % len(formats)]
        written = "xlsx" if ending in ("xls", "ods") else ending
        is_fault = number < faults
        name = f"{'fault' if is_fault else 'clean'}-{number:03}"
        source = work / f"{name}.json"
        source.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
        path = (work if ending in ("xls", "ods") else folder / "forms") / f"{name}.{written}"
        path.parent.mkdir(exist_ok=True)
        subprocess.run([huizong, "convert", source, "-o", path, "--profile", form], check=True)
        sheet = OPEN[written](path)
        path_of, change = rng.choice((FAULTS if is_fault else HARMLESS)[form])
        if change is None:
            change = lambda text: text
        place = sheet.place(path_of)
        old = sheet.texts.get(place, "")
        known = str(sheet.at(sheet.address(place))).rstrip("%") if old else ""
        sheet.set(place, change(known) + ("%" if old.endswith("%") else ""))
        final = folder / "forms" / f"{name}.{ending}"
        if is_fault:
            planted[final.name] = (path_of, sheet.address(place), sheet, final)
        else:
            clean.append(final.name)
    for ending in ("xls", "ods"):
        # The forms with this ending, which are converted from xlsx.
        names = [name for name in [*planted, *clean] if name.endswith(ending)]
        sources = [work / (name.rsplit(".", 1)[0] + ".xlsx") for name in names]
        if sources:
            subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", ending, "--outdir", folder / "forms", *sources],
                           check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return planted, clean


def plant_elsewhere(source, folder):
    """Like `plant`, for copies of forms from elsewhere."""
    planted = {}
    labels = [path[0] for path, _ in FAULTS[DISTRICT] if len(path) == 1]
    for form in sorted(pathlib.Path(source).iterdir()):
        if form.suffix[1:] not in OPEN:
            continue
        for number, label in enumerate(labels):
            path = folder / "forms" / f"elsewhere-{form.stem}-{number}{form.suffix}"
            shutil.copy(form, path)
            try:
                sheet = OPEN[form.suffix[1:]](path)
                place = sheet.plain(label)
            except Exception as error:
                print(f"{form.name} is passed over: {error!r}")
                place = None
            if place is None:
                path.unlink()
                continue
            old = sheet.texts[place].strip()
            is_rate = sheet.texts[place].strip().endswith("%") or "率" in label
            value = D(sheet.at(sheet.address(place)).strip().rstrip("%").replace(",", ""))
            changed = two(value + 9) if is_rate else two(value * 2 + 30) if "其中" not in label else two(value * 9)
            sheet.set(place, changed + ("%" if old.endswith("%") else ""))
            planted[path.name] = ((label,), sheet.address(place), sheet, path)
    return planted


def same(location, address):
    return all(location.get(key) == value for key, value in address.items())


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("huizong")
    asked.add_argument("--faults", type=int, default=300)
    asked.add_argument("--harmless", type=int, default=100)
    asked.add_argument("--forms")
    asked = asked.parse_args()
    huizong = str(pathlib.Path(asked.huizong).resolve())
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        planted, clean = plant(huizong, folder, asked.faults, asked.harmless)
        if asked.forms:
            planted.update(plant_elsewhere(asked.forms, folder))
        ran = subprocess.run([huizong, "check", "forms", "--format", "json"], cwd=folder, capture_output=True, text=True)
        report = json.loads(ran.stdout)
        by_document = collections.defaultdict(list)
        for finding in report["findings"]:
            # A file with several forms has several documents.
            by_document[(finding["document"] or "").split("#")[0]].append(finding)
        wrong, cells = [], 0
        if not asked.forms and report["documents"] != len(planted) + len(clean):
            wrong.append(f"{report['documents']} documents were read of {len(planted) + len(clean)}: {ran.stderr[-500:]}")
        for name, (path_of, address, sheet, final) in planted.items():
            findings = by_document.get(name, [])
            hits = [f for f in findings
                    if any(place and same(place, address)
                           for place in [f["location"], *(r["location"] for r in f.get("related", []))])]
            if not hits:
                wrong.append(f"{name} {path_of}: changed {address}, found {[(f['rule'], f['location']) for f in findings]}")
                continue
            for finding in hits:
                named = [(r["location"], r["value"]) for r in finding.get("related", [])]
                if "actual" in finding["args"] and finding["pointer"] != "/scorecard/indicators":
                    named.append((finding["location"], finding["args"]["actual"]))
                for location, value in named:
                    cells += 1
                    if final.suffix == ".xls":
                        held = at_xls(final, location)
                    elif final.suffix == ".ods":
                        held = at_ods(final, location)
                    else:
                        held = sheet.at(location)
                    held = "" if held is None else held.strip().rstrip("%").replace(",", "")
                    try:
                        agrees = D(held) == D(value)
                    except decimal.InvalidOperation:
                        agrees = held == value
                    if not agrees:
                        wrong.append(f"{name} {finding['rule']}: {location} holds {held!r}, not {value}")
        for name in clean:
            if by_document.get(name):
                wrong.append(f"{name}: {[(f['rule'], f['message']['en']) for f in by_document[name]]}")
        print("\n".join(wrong))
        print(f"{len(planted)} faults planted, {len(clean)} harmless changes, {cells} cells opened, {len(wrong)} wrong")
        return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
