"""agree.py TOOLS VALIDATOR... -- installs independent validators under TOOLS, runs the conformance suite with each, prints a
table, and explains each verdict that is another than the suite's by the text of the standard. Fails if one is not explained."""
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[2]
SUITE = TOP / "schemas/v1/conformance"
SCHEMA = json.loads((TOP / "schemas/v1/evaluation.schema.json").read_text(encoding="utf-8"))

# Why a verdict on a text may be another than ours: the reason or description of the case, and the standard.
EXPLAINED = [
    (lambda case: case.get("reason") == "duplicate-member",
     "RFC 8259, 4: what software does with a name that occurs twice is not specified; no JSON Schema can see it. RFC 7493, 2.3 forbids it."),
    (lambda case: case.get("reason") == "too-deep",
     "RFC 8259, 9: an implementation may set limits on the maximum depth of nesting. Ours is 64."),
    (lambda case: "beyond a double" in case["description"],
     "RFC 8259, 6: an implementation may set limits on the range of numbers. Ours is that of RFC 7493, 2.2: doubles."),
    (lambda case: "a double rounds to 2100" in case["description"] or "a double does not hold" in case["description"],
     "RFC 8259, 6: an implementation may set limits on the precision of numbers. Ours is that of RFC 7493, 2.2: doubles."),
    (lambda case: "surrogate" in case["description"],
     "RFC 8259, 8.2: behaviour on unpaired surrogates is unpredictable. RFC 7493, 2.1 forbids them."),
    (lambda case: case["description"].endswith((": NaN", ": Infinity")),
     "RFC 8259, 6: NaN and Infinity are not permitted; this parser reads them all the same."),
]


def run(command, **how):
    return subprocess.run([str(part) for part in command], check=True, text=True, encoding="utf-8", **how)


def npm(tools, *packages):
    tools.mkdir(parents=True, exist_ok=True)
    if not all((tools / "node_modules" / package.rsplit("@", 1)[0]).exists() for package in packages):
        run(["npm", "install", "--silent", "--prefix", tools, *packages])
    return tools


def venv(tools, package):
    folder = tools / "venv"
    python = folder / "bin/python"
    if not python.exists():
        run([sys.executable, "-m", "venv", folder])
    if subprocess.run([python, "-c", f"import {package.split('=')[0].replace('-', '_')}"], capture_output=True).returncode:
        run([python, "-m", "pip", "install", "--quiet", package])
    return python


def driver(command):
    def verdicts(texts):
        with tempfile.TemporaryDirectory() as folder:
            given = pathlib.Path(folder, "given.json")
            given.write_text(json.dumps({"schema": SCHEMA, "texts": texts}), encoding="utf-8")
            return run([*command, given], stdout=subprocess.PIPE).stdout.split()
    return verdicts


def files(texts, folder):
    paths = []
    for number, text in enumerate(texts):
        path = pathlib.Path(folder, f"{number:05}.json")
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        paths.append(path)
    schema = pathlib.Path(folder, "schema.json")
    schema.write_text(json.dumps(SCHEMA), encoding="utf-8")
    return schema, paths


def sourcemeta(tools):
    built = npm(tools, "@sourcemeta/jsonschema@16") / "node_modules/@sourcemeta/jsonschema/build/github-releases"
    # The program itself: its wrapper starts Node for every text.
    arch = {"x86_64": "x86_64", "aarch64": "arm64"}[platform.machine()]
    program = built / f"jsonschema-{platform.system().lower()}-{arch}"

    def verdicts(texts):
        found = []
        with tempfile.TemporaryDirectory() as folder:
            schema, paths = files(texts, folder)
            for path in paths:
                status = subprocess.run([program, "validate", schema, path], capture_output=True).returncode
                # 2: the instance does not match. Others: it could not be read.
                found.append({0: "valid", 2: "invalid"}.get(status, "not-json"))
        return found
    return verdicts


def boon(tools):
    program = tools / "boon/bin/boon"
    if not program.exists():
        run([os.environ.get("CARGO", "cargo"), "install", "--quiet", "--locked", "--root", tools / "boon", "boon-cli@0.6.1"])

    def verdicts(texts):
        found = []
        with tempfile.TemporaryDirectory() as folder:
            schema, paths = files(texts, folder)
            for path in paths:
                result = subprocess.run([program, "--output", "flag", schema, path], capture_output=True, text=True)
                said = result.stdout + result.stderr
                if "jsonschema validation failed" in said or '"valid":false' in said or '"valid": false' in said:
                    found.append("invalid")
                else:
                    found.append("valid" if result.returncode == 0 else "not-json")
        return found
    return verdicts


VALIDATORS = {
    "ajv": lambda tools: driver(["node", HERE / "ajv.mjs", npm(tools, "ajv@8")]),
    "hyperjump": lambda tools: driver(["node", HERE / "hyperjump.mjs", npm(tools, "@hyperjump/json-schema@1", "@hyperjump/browser@1")]),
    "python-jsonschema": lambda tools: driver([venv(tools, "jsonschema==4.26.0"), HERE / "python.py", "jsonschema"]),
    "jsonschema-rs": lambda tools: driver([venv(tools, "jsonschema-rs==0.61.2"), HERE / "python.py", "jsonschema-rs"]),
    "sourcemeta": sourcemeta,
    "boon": boon,
}


def cases():
    """(file, case, text): every case of schema/, and those of text/ that are UTF-8."""
    for path in sorted((SUITE / "schema").glob("*.json")):
        for group in json.loads(path.read_text(encoding="utf-8")):
            for test in group["tests"]:
                yield f"schema/{path.name}: {group['description']}", test, json.dumps(test["data"], ensure_ascii=False)
    for path in sorted((SUITE / "text").glob("*.json")):
        for case in json.loads(path.read_text(encoding="utf-8")):
            if "text" in case:
                yield f"text/{path.name}", case, case["text"]


def main():
    tools, names = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:]
    unknown = [name for name in names if name not in VALIDATORS]
    if unknown:
        sys.exit(f"unknown: {unknown}; known are {list(VALIDATORS)}")
    all_cases = list(cases())
    texts = [text for _, _, text in all_cases]
    table, reasons, unexplained = [], {}, []
    for name in names:
        verdicts = VALIDATORS[name](tools)(texts)
        assert len(verdicts) == len(texts), f"{name}: {len(verdicts)} verdicts on {len(texts)} texts"
        agree, differ = 0, 0
        for (place, case, _), verdict in zip(all_cases, verdicts):
            if (verdict == "valid") == case["valid"]:
                agree += 1
                continue
            differ += 1
            why = next((why for applies, why in EXPLAINED if place.startswith("text/") and applies(case)), None)
            said = f"{name}: {verdict}, the suite: {'valid' if case['valid'] else 'invalid'}: {place}: {case['description']}"
            if why is None:
                unexplained.append(said)
            else:
                reasons.setdefault(why, []).append((name, case["description"]))
        table.append((name, agree, differ))
    print(f"{'validator':20} {'agrees':>8} {'differs':>8}   of {len(texts)} cases")
    for name, agree, differ in table:
        print(f"{name:20} {agree:8} {differ:8}")
    for why, differences in reasons.items():
        print(f"\n{why}")
        for description in sorted({description for _, description in differences}):
            print(f"  {description}: {', '.join(name for name, of in differences if of == description)}")
    if unexplained:
        sys.exit("\nnot explained:\n" + "\n".join(unexplained))


main()
