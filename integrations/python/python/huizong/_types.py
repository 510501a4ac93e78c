"""The plain data of results, as types. The published schemas say what each member means."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional, TypedDict, Union

#: A document: plain data, as ``schema("evaluation")`` describes it. Amounts are decimal strings.
Data = Dict[str, Any]


class Message(TypedDict):
    """A text in both languages."""

    zh: str
    en: str


class Location(TypedDict, total=False):
    """A place in a file. Lines, columns, tables and rows are counted from 1."""

    file: str
    sheet: str
    cell: str
    table: int
    row: int
    line: int
    column: int


class _Finding(TypedDict):
    rule: str
    severity: str
    pointer: str
    args: Dict[str, Union[str, int]]
    message: Message
    fingerprint: str


class Finding(_Finding, total=False):
    """What is wrong with a form, or with all of them."""

    document: Optional[str]
    documents: List[str]
    department: Optional[str]
    location: Optional[Location]
    related: List[Dict[str, Any]]


class _Notice(TypedDict):
    notice: str
    incomplete: bool
    args: Dict[str, Union[str, int]]
    message: Message


class Notice(_Notice, total=False):
    """What could not be read or judged."""

    document: Optional[str]
    location: Optional[Location]
    unread: bool


class _Problem(TypedDict):
    reason: str
    pointer: str


class Problem(_Problem, total=False):
    """Why a text is not a document. ``reason`` is ``not-json``, ``too-deep``, ``duplicate-member`` or ``schema``."""

    keyword: str
    member: str
    expected: str
    found: str


class RuleCounts(TypedDict, total=False):
    """How often a rule ended in each state."""

    rule: str
    passed: int
    failed: int
    skipped: Dict[str, int]
    crashed: int


class Column(NamedTuple):
    """A column of a table: its name, its heading in Chinese, and the kind of its values.

    ``money`` is in 元 and ``amount`` in the unit that another column names, both with six decimals; ``percent`` has two decimals,
    ``points`` four; ``count`` and ``year`` are integers; ``text`` is text.
    """

    id: str
    heading: str
    kind: str
