"""The package against the command: the same bytes."""

import json

import jsonschema
import pytest

import huizong


@pytest.mark.parametrize("jobs", [1, 2, 7])
def test_consolidation_has_the_same_bytes(jobs, command, district, tmp_path):
    options = ["--roster", district / "roster.csv", "--group-by", "类别", "--year", "2022"]
    command("consolidate", district / "forms", "-o", "out", "--formats", "json", "--fail-on", "never", *options, cwd=tmp_path)
    ours = huizong.consolidate(
        str(district / "forms"), roster=district / "roster.csv", group_by=["类别"], year=2022, jobs=jobs
    )
    assert ours.to_json() == (tmp_path / "out/consolidation.json").read_bytes()
    lines = "".join(json.dumps(finding, ensure_ascii=False, separators=(",", ":")) + "\n" for finding in ours.findings)
    assert lines == (tmp_path / "out/findings.ndjson").read_text(encoding="utf-8")


@pytest.mark.parametrize("of", ["forms", "forms/02-jiaoyu.html", "forms/08-chengguan.xlsx"])
def test_a_check_has_the_same_bytes(of, command, district, tmp_path):
    path = district / of
    if not path.exists():
        path = sorted(district.glob("forms/0[28]*"))[-1]
    assert huizong.check(path).to_json() == command("check", path, "--format", "json", cwd=tmp_path)


def test_converted_forms_have_the_same_bytes(command, district, tmp_path):
    form = sorted((district / "forms").glob("02-*"))[0]
    for to in ("json", "html", "text"):
        ours, _ = huizong.convert(form, to)
        assert ours == command("convert", form, "--to", to, cwd=tmp_path), to
    for to in ("xlsx", "docx"):
        command("convert", form, "-o", tmp_path / f"a.{to}", cwd=tmp_path)
        assert huizong.convert(form, to)[0] == (tmp_path / f"a.{to}").read_bytes(), to


def test_schemas_and_rules_are_those_of_the_command(command, tmp_path):
    for name in huizong.SCHEMAS:
        assert huizong.schema(name) == json.loads(command("schema", name, cwd=tmp_path))
    assert huizong.rules() == json.loads(command("rule", "--format", "json", cwd=tmp_path))


def test_plain_data_is_what_the_published_schemas_say(district):
    checked = huizong.check(district / "forms")
    jsonschema.validate(checked.data, huizong.schema("findings"))
    added = huizong.consolidate(district / "forms")
    jsonschema.validate(added.data, huizong.schema("consolidation"))
    for document in huizong.read(sorted((district / "forms").glob("02-*"))[0]):
        jsonschema.validate(document.data, huizong.schema("evaluation"))


def test_parquet_has_the_same_bytes(command, district, tmp_path):
    command("consolidate", district / "forms", "-o", "out", "--formats", "parquet", "--fail-on", "never", cwd=tmp_path)
    ours = huizong.consolidate(district / "forms")
    written = sorted((tmp_path / "out").glob("*.parquet"))
    assert len(written) == 7
    for path in written:
        assert ours.table(path.stem).to_parquet() == path.read_bytes(), path
