"""Tables as frames: exact decimals, and what was not reported is no value."""

import decimal

import pandas
import polars
import pyarrow
import pytest

import huizong


@pytest.fixture(scope="module")
def result():
    from conftest import TOP

    district = TOP / "examples/district"
    return huizong.consolidate(district / "forms", roster=district / "roster.csv", group_by=["类别"])


@pytest.mark.parametrize("name", huizong.Table.NAMES)
def test_all_frames_hold_the_same_values(result, name):
    table = result.table(name)
    names = [column.id for column in table.columns]
    arrow, polar, panda = table.to_arrow(), table.to_polars(), table.to_pandas()
    assert arrow.column_names == names and polar.columns == names and list(panda.columns) == names
    assert len(panda) == len(table) == arrow.num_rows == polar.height
    for column in table.columns:
        expected = [row[names.index(column.id)] for row in table.rows]
        assert arrow[column.id].to_pylist() == expected, column
        assert polar[column.id].to_list() == expected, column
        assert [None if pandas.isna(value) else value for value in panda[column.id]] == expected, column
        is_decimal = column.kind in ("money", "amount", "percent", "points")
        assert pyarrow.types.is_decimal(arrow[column.id].type) == is_decimal
        assert isinstance(polar[column.id].dtype, polars.Decimal) == is_decimal
        assert all(value is None or isinstance(value, decimal.Decimal) for value in expected) or not is_decimal


def test_the_columns_are_the_published_ones(result, top):
    import json

    for name in huizong.Table.NAMES:
        published = json.loads((top / f"schemas/v1/tables/{name}.json").read_text(encoding="utf-8"))
        fields = {field["name"]: field for field in published["fields"]}
        for column in result.table(name).columns:
            assert fields[column.id]["title"].startswith(column.heading), column


def test_decimals_add_up_exactly(result):
    rows = result.table("departments").to_dicts()
    total = sum((row["actual_expenditure"] for row in rows), decimal.Decimal())
    assert total == decimal.Decimal(result.data["totals"]["actual_expenditure"]["value"])


def test_there_is_no_other_table(result):
    with pytest.raises(KeyError, match="departments"):
        result.table("departements")
