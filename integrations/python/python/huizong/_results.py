"""The results of calls."""

from __future__ import annotations

import io
import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional, Tuple

from . import _huizong
from ._types import Column, Data, Finding, Notice, RuleCounts

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow


class Document:
    """A document of a file."""

    #: Its id: the file's, with ``#N`` after it where the file holds several.
    id: str
    #: What becomes of it by itself, such as ``counted`` or ``not-finished``.
    state: str
    #: Whether every required member is there and none is refused.
    is_finished: bool
    #: The profile that a form was read by.
    profile: Optional[str]
    #: What it says.
    data: Data
    #: What is wrong with it.
    findings: List[Finding]
    #: What was left out while it was read, or could not be judged.
    notices: List[Notice]

    def __init__(self, members: Dict[str, Any]) -> None:
        self.__dict__.update(members)

    def __repr__(self) -> str:
        return f"<Document {self.id!r} {self.state}, {len(self.findings)} findings>"


class File:
    """A file that was read and checked."""

    #: Its documents, in their order. Empty only if the file cannot be read at all, which a notice says.
    documents: List[Document]
    #: What could not be read of the file as a whole.
    notices: List[Notice]

    def __init__(self, members: Dict[str, Any]) -> None:
        self.documents = [Document(document) for document in members["documents"]]
        self.notices = members["notices"]

    @property
    def findings(self) -> List[Finding]:
        """What is wrong with its documents."""
        return [finding for document in self.documents for finding in document.findings]

    def __iter__(self) -> Iterator[Document]:
        return iter(self.documents)

    def __len__(self) -> int:
        return len(self.documents)

    def __repr__(self) -> str:
        return f"<File of {len(self.documents)} documents, {len(self.findings)} findings, {len(self.notices)} notices>"


class _Run:
    def __init__(self, run: _huizong.Run) -> None:
        self._run = run

    @cached_property
    def findings(self) -> List[Finding]:
        """The findings: those about documents in their order, then those about all of them together."""
        lines = bytes(self._run.findings()).splitlines()
        return [json.loads(line) for line in lines]

    @cached_property
    def states(self) -> Dict[str, str]:
        """What became of each document, by its id: ``counted``, ``duplicate``, ``not-finished`` and so on."""
        return self._run.states()

    @cached_property
    def rules(self) -> List[RuleCounts]:
        """How often each rule ended in each state."""
        rules: List[RuleCounts] = json.loads(self._run.rule_counts())
        return rules

    @property
    def unmatched(self) -> List[str]:
        """The names in ``accept`` that mean none of the documents."""
        return self._run.unmatched

    def table(self, name: str) -> Table:
        """Returns a table of the result; :data:`Table.NAMES` has the names.

        The tables of documents' contents are read from the files again. Raises :class:`KeyError` for another name, and
        :class:`OSError` if a file was changed since.
        """
        return Table(self._run, name)


class Report(_Run):
    """A check of many forms."""

    def to_json(self) -> bytes:
        """Returns what ``huizong check --format json`` prints."""
        return bytes(self._run.report())

    @cached_property
    def data(self) -> Dict[str, Any]:
        """The check as plain data, as ``schema("findings")`` describes it."""
        data: Dict[str, Any] = json.loads(self.to_json())
        return data

    @property
    def notices(self) -> List[Notice]:
        """What could not be read or judged."""
        notices: List[Notice] = self.data["notices"]
        return notices

    def __repr__(self) -> str:
        return f"<Report on {len(self.states)} documents>"


class Consolidation(_Run):
    """Many forms, added up."""

    def to_json(self) -> bytes:
        """Returns the bytes of ``consolidation.json``, as the command writes it for the same options."""
        return self._json

    @cached_property
    def _json(self) -> bytes:
        return bytes(self._run.consolidation())

    @cached_property
    def data(self) -> Dict[str, Any]:
        """The consolidation as plain data, as ``schema("consolidation")`` describes it: totals, departments, groups, coverage."""
        data: Dict[str, Any] = json.loads(self._json)
        return data

    @property
    def notices(self) -> List[Notice]:
        """What could not be read or judged."""
        notices: List[Notice] = self.data.get("notices", [])
        return notices

    def __repr__(self) -> str:
        return f"<Consolidation of {len(self.states)} documents>"


class Table:
    """A table of a result, with the columns that ``schemas/v1/tables`` publishes. Amounts are exact decimals, never floats."""

    #: The names of the tables.
    NAMES: Tuple[str, ...] = tuple(_huizong.table_names())

    def __init__(self, run: _huizong.Run, name: str) -> None:
        if name not in self.NAMES:
            raise KeyError(f"no table {name!r}; there are {', '.join(self.NAMES)}")
        self._run = run
        #: Its name.
        self.name = name

    @cached_property
    def _rows(self) -> Tuple[List[Column], List[Tuple[Any, ...]]]:
        columns, rows = self._run.rows(self.name)
        return [Column(*column) for column in columns], [tuple(row) for row in rows]

    @property
    def columns(self) -> List[Column]:
        """Its columns."""
        return self._rows[0]

    @property
    def rows(self) -> List[Tuple[Any, ...]]:
        """Its rows: text, :class:`int`, :class:`decimal.Decimal`, and ``None`` for what was not reported, which is not zero."""
        return self._rows[1]

    def to_dicts(self) -> List[Dict[str, Any]]:
        """Returns its rows as dictionaries by the columns' names."""
        names = [column.id for column in self.columns]
        return [dict(zip(names, row)) for row in self.rows]

    def to_pandas(self) -> pandas.DataFrame:
        """Returns a pandas frame: decimals as objects, counts and years as ``Int64``, text as objects. Needs pandas."""
        import pandas

        integers = {column.id: "Int64" for column in self.columns if column.kind in ("count", "year")}
        names = [column.id for column in self.columns]
        return pandas.DataFrame(self.rows, columns=names, dtype=object).astype(integers)

    def to_polars(self) -> polars.DataFrame:
        """Returns a polars frame, decimals as ``Decimal``. Needs polars."""
        import polars

        return polars.read_parquet(io.BytesIO(self.to_parquet()), use_pyarrow=False)

    def to_arrow(self) -> pyarrow.Table:
        """Returns an Arrow table, decimals as ``decimal128``. Needs pyarrow."""
        import pyarrow.parquet

        return pyarrow.parquet.read_table(io.BytesIO(self.to_parquet()))

    def to_parquet(self) -> bytes:
        """Returns the bytes of a Parquet file, as the command writes it."""
        return bytes(self._run.parquet(self.name))

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return f"<Table {self.name}: {len(self.rows)} rows of {len(self.columns)} columns>"
