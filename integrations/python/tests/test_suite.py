"""The conformance suite, through the package as anybody calls it."""

import json

import pytest

import huizong
from conftest import TOP

SUITE = TOP / "schemas/v1/conformance"


def part(name):
    for path in sorted((SUITE / name).glob("*.json")):
        yield path.stem, json.loads(path.read_text(encoding="utf-8"))


def contents(document):
    if "text" in document:
        return document["text"].encode()
    if "hex" in document:
        return bytes.fromhex(document["hex"])
    return json.dumps(document["data"], ensure_ascii=False).encode()


def check_text(at, text, case):
    problems = huizong.validate(text)
    assert bool(problems) != case["valid"], (at, problems)
    if case["valid"]:
        return
    reason = case.get("reason", "schema")
    assert {problem["reason"] for problem in problems} == {reason}, at
    if reason in ("not-json", "too-deep"):
        return
    error = lambda problem: (problem["pointer"], problem.get("member", ""), problem.get("keyword", ""))
    found, expected = sorted(map(error, problems)), sorted(map(error, case["errors"]))
    assert [problem[:2] for problem in found] == [problem[:2] for problem in expected], at
    assert all(not wanted or keyword == wanted for (_, _, keyword), (_, _, wanted) in zip(found, expected)), at


def test_schema():
    cases = 0
    for file, groups in part("schema"):
        for group in groups:
            for test in group["tests"]:
                at = f"{file}: {group['description']}: {test['description']}"
                check_text(at, json.dumps(test["data"], ensure_ascii=False).encode(), test)
                (document,) = huizong.read(json.dumps(test["data"]).encode(), name="a.json").documents
                assert document.is_finished == test["valid"], at
                cases += 1
    assert cases > 500


def test_text():
    for file, cases in part("text"):
        for case in cases:
            text = contents(case)
            check_text(f"{file}: {case['description']}", text, case)


def arguments(case, folder):
    """Writes the documents and lists of a case, and returns the arguments that name them."""
    forms = folder / "forms"
    forms.mkdir(parents=True)
    for document in case["documents"]:
        path = forms / document["id"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents(document))
    asked = dict(case.get("options", {}))
    given = {"year": asked.pop("fiscal_year", None)}
    for name, ending in [("roster", "csv"), ("books", "csv"), ("previous", "json"), ("profile", "toml")]:
        value = asked.pop(name, None)
        if value is None:
            continue
        path = folder / f"{name}.{ending}"
        if name == "profile" and "\n" not in value:
            given[name] = value
            continue
        path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
        given[name] = str(path)
    return forms, {**given, **asked}


def brief(finding):
    shown = {name: finding[name] for name in ("rule", "severity", "pointer", "args")}
    if finding.get("document") is not None:
        return {**shown, "document": finding["document"]}
    return {**shown, "documents": finding.get("documents", [])}


@pytest.mark.parametrize("file, rule", list(part("rules")), ids=lambda value: value if isinstance(value, str) else "")
def test_rules(file, rule, tmp_path):
    for number, case in enumerate(rule["cases"]):
        at = f"{file}: {case['description']}"
        forms, given = arguments(case, tmp_path / str(number))
        result = huizong.consolidate(forms, **given)
        assert [brief(finding) for finding in result.findings] == case["findings"], at
        assert result.states == case["states"], at
        counts = next(counts for counts in result.rules if counts["rule"] == rule["rule"])
        outcomes = {name: counts[name] for name in ("passed", "failed", "crashed") if counts.get(name)}
        outcomes.update({f"skipped: {reason}": count for reason, count in counts["skipped"].items()})
        assert outcomes == case["outcomes"], at


def test_rollup(tmp_path):
    for file, cases in part("rollup"):
        for number, case in enumerate(cases):
            at = f"{file}: {case['description']}"
            forms, given = arguments(case, tmp_path / file / str(number))
            result = huizong.consolidate(forms, **given)
            assert result.states == case["states"], at
            assert result.data == case["consolidation"], at


def test_forms():
    files = [path for path in sorted((SUITE / "forms").iterdir()) if not path.name.endswith(".expected.json")]
    assert files
    for path in files:
        expected = json.loads(path.with_name(path.name + ".expected.json").read_text(encoding="utf-8"))
        file = huizong.read(path)
        for document, wanted in zip(file.documents, expected["documents"]):
            found = [{name: finding[name] for name in ("rule", "pointer", "location")} for finding in document.findings]
            assert (document.id, document.data, document.is_finished) == (wanted["id"], wanted["data"], wanted["is_finished"]), path
            assert found == wanted["findings"], path
            assert [notice["notice"] for notice in document.notices] == wanted["notices"], path
        assert len(file) == len(expected["documents"])
        assert [notice["notice"] for notice in file.notices] == expected["notices"], path
