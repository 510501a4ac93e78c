"""generate.py TOOLS -- types that other programs generate from the published schemas compile, accept a document and refuse wrong ones:
TypeScript by json-schema-to-typescript and by quicktype, Python by datamodel-code-generator, Java by quicktype where there is a compiler.
Installs the generators under TOOLS."""
import importlib.util
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[3]
SCHEMAS = sorted((TOP / "schemas/v1").glob("*.schema.json")) + [TOP / "schemas/v2/receipt.schema.json"]
SCHEMAS = [path for path in SCHEMAS if path != TOP / "schemas/v1/receipt.schema.json"]
GOOD = json.loads((TOP / "schemas/v1/evaluation.schema.json").read_text(encoding="utf-8"))["examples"][0]
# What is wrong, and a change that makes a document so.
WRONG = [
    ("a unit in words", lambda d: d.update(unit="万元")),
    ("an amount as a number", lambda d: d["budget"].update(initial_budget=339.04)),
    ("no year", lambda d: d.pop("fiscal_year")),
    ("a strange member", lambda d: d.update(remark="x")),
    ("a strange source", lambda d: d["budget"]["by_source"].update(loans={})),
    ("a strange scope", lambda d: d["department"].update(scope="all")),
    ("a text for paragraphs", lambda d: d["goal"].update(expected="办好科普活动。")),
    ("tasks as an object", lambda d: d.update(tasks={})),
]


def run(*command, **how):
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, encoding="utf-8", **how)
    return result.returncode, result.stdout + result.stderr


def must(*command, **how):
    status, said = run(*command, **how)
    if status:
        sys.exit(f"{' '.join(map(str, command))}\n{said[-3000:]}")
    return said


def wrong_documents():
    for what, change in WRONG:
        document = json.loads(json.dumps(GOOD))
        change(document)
        yield what, document


def typescript(tools, folder):
    needed = ["typescript@7", "json-schema-to-typescript@16", "quicktype@26"]
    if not (tools / "node_modules/quicktype").exists():
        must("npm", "install", "--silent", "--prefix", tools, *needed)
    bin = tools / "node_modules/.bin"
    tsc = [bin / "tsc", "--noEmit", "--strict", "--exactOptionalPropertyTypes", "--skipLibCheck", "--target", "es2022", "--module", "es2022", "--types", ""]
    for schema in SCHEMAS:
        name = schema.name.removesuffix(".schema.json")
        must(bin / "json2ts", "-i", schema, "-o", folder / f"j2t-{name}.ts")
        must(bin / "quicktype", "-s", "schema", "--src", schema, "-l", "ts", "--just-types", "--prefer-unions", "--prefer-const-values",
             "--top-level", "Root", "-o", folder / f"qt-{name}.ts")
    files = sorted(folder.glob("*.ts"))
    must(*tsc, *files)
    types = (folder / "j2t-evaluation.ts").read_text(encoding="utf-8")
    root = "WholeDepartmentExpenditurePerformanceSelfEvaluation"
    assert f"export interface {root} " in types, types[:500]
    for module, name in [("j2t-evaluation", root), ("qt-evaluation", "Root")]:
        good = folder / f"good-{module}.ts"
        good.write_text(f"import type {{ {name} as Evaluation }} from './{module}';\n"
                        f"export const document: Evaluation = {json.dumps(GOOD, ensure_ascii=False)};\n", encoding="utf-8")
        must(*tsc, good)
        refused = []
        for number, (what, document) in enumerate(wrong_documents()):
            wrong = folder / f"wrong-{module}-{number}.ts"
            wrong.write_text(good.read_text(encoding="utf-8").replace(json.dumps(GOOD, ensure_ascii=False), json.dumps(document, ensure_ascii=False)), encoding="utf-8")
            status, said = run(*tsc, wrong)
            assert status and "error TS" in said, f"{module} accepts {what}"
            refused.append(what)
        print(f"TypeScript, {module}: the document accepted, {len(refused)} wrong ones refused")
    print(f"TypeScript: types of {len(SCHEMAS)} schemas by two generators compiled")


def python(tools, folder):
    venv = tools / "types-venv"
    if not (venv / "bin/datamodel-codegen").exists():
        must(sys.executable, "-m", "venv", venv)
        must(venv / "bin/python", "-m", "pip", "install", "--quiet", "datamodel-code-generator==0.89.0", "pydantic==2.14.4")
    for schema in SCHEMAS:
        name = schema.name.removesuffix(".schema.json").replace("-", "_")
        must(venv / "bin/datamodel-codegen", "--input", schema, "--input-file-type", "jsonschema", "--output-model-type", "pydantic_v2.BaseModel",
             "--target-python-version", "3.11", "--class-name", "Root", "--output", folder / f"{name}.py")
    must(venv / "bin/python", __file__, "--check", folder)
    print(f"Python: models of {len(SCHEMAS)} schemas imported, the document accepted, {len(WRONG)} wrong ones refused by pydantic")


def check_python(folder):
    """In the environment with pydantic: every module is imported, and documents are read by the generated model."""
    import pydantic

    modules = {}
    for path in sorted(pathlib.Path(folder).glob("*.py")):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        modules[path.stem] = importlib.util.module_from_spec(spec)
        sys.modules[path.stem] = modules[path.stem]
        spec.loader.exec_module(modules[path.stem])
    model = modules["evaluation"].Root
    model.model_validate(GOOD, strict=False)
    more = [("an amount with a separator", lambda d: d["budget"].update(initial_budget="1,280.19")),
            ("a year before the first", lambda d: d.update(fiscal_year=1989)),
            ("a name that is empty", lambda d: d["department"].update(name=""))]
    for what, change in WRONG + more:
        document = json.loads(json.dumps(GOOD))
        change(document)
        try:
            model.model_validate_json(json.dumps(document))
        except pydantic.ValidationError:
            continue
        sys.exit(f"pydantic accepts {what}")


def java(tools, folder):
    if not shutil.which("javac"):
        return print("Java: no compiler here")
    quicktype = tools / "node_modules/.bin/quicktype"
    for schema in SCHEMAS:
        package = schema.name.removesuffix(".schema.json").replace("-", "")
        (folder / package).mkdir()
        must(quicktype, "-s", "schema", "--src", schema, "-l", "java", "--just-types", "--package", package, "--top-level", "Root", "-o", folder / package / "Root.java")
    sources = sorted(folder.rglob("*.java"))
    must("javac", "-encoding", "UTF-8", "-d", folder / "classes", *sources)
    print(f"Java: {len(sources)} classes of {len(SCHEMAS)} schemas compiled")


def main():
    if sys.argv[1] == "--check":
        return check_python(sys.argv[2])
    tools = pathlib.Path(sys.argv[1]).resolve()
    tools.mkdir(parents=True, exist_ok=True)
    for generate in [typescript, python, java]:
        with tempfile.TemporaryDirectory() as folder:
            generate(tools, pathlib.Path(folder))


main()
