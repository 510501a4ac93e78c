"""Reads, checks and adds up the yearly expenditure self-evaluations of a Chinese district's departments (部门整体支出绩效自评表).

What the command ``huizong`` does with files, for programs: the same documents, findings and consolidations, from the same code.

=================== ==============================================================
:func:`read`        one form, from a path or from bytes: its documents and findings
:func:`check`       every form under some paths: findings, as ``huizong check``
:func:`consolidate` the same, added up, as ``huizong consolidate``
:func:`convert`     one form as JSON, or as a form in another format
:func:`validate`    a JSON text against the published schema
:func:`schema`      a published JSON Schema
:func:`rules`       the rules and notices, with messages and pages
=================== ==============================================================

Amounts are in 元 and exact. In plain data they are decimal strings, as the published schemas say; in tables they are
:class:`decimal.Decimal`. Nothing is ever a float.

``huizong.toml`` is not read, and plugins do not run: a call depends on its arguments alone.
"""

from __future__ import annotations

import json
import operator
import os
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, Union

from . import _huizong
from ._huizong import HuizongError, __version__
from ._results import Consolidation, Document, File, Report, Table
from ._types import Column, Data, Finding, Location, Notice, Problem, RuleCounts

__all__ = [
    "Column",
    "Consolidation",
    "Data",
    "Document",
    "File",
    "Finding",
    "HuizongError",
    "Location",
    "Notice",
    "Problem",
    "Report",
    "RuleCounts",
    "SCHEMAS",
    "Table",
    "__version__",
    "check",
    "consolidate",
    "convert",
    "read",
    "rules",
    "schema",
    "validate",
]

StrPath = Union[str, "os.PathLike[str]"]
Paths = Union[StrPath, Sequence[StrPath]]
Progress = Callable[[int, int, str], object]

#: The names of the published schemas.
SCHEMAS: Tuple[str, ...] = tuple(_huizong.schema_names())


def read(
    source: Union[StrPath, bytes],
    *,
    name: Optional[str] = None,
    year: Optional[int] = None,
    profile: Optional[StrPath] = None,
) -> File:
    """Reads and checks one form: xlsx, xlsm, xls, ods, docx, html, text, JSON or NDJSON.

    ``source`` is a path, or the bytes of a file; bytes need a ``name``, whose ending says the format where they do not. ``year``
    is the year that the form should be of. ``profile`` is the id of a form's layout, or the path of one; forms are recognised
    without it.

    What is wrong with a form is a finding or a notice, never an exception.

    Raises :class:`OSError` if the file cannot be read, :class:`HuizongError` if the profile is faulty, and :class:`ValueError` for
    bytes without a name.

    >>> file = read(b'{"kind": "?"}', name="a.json")
    >>> file.documents[0].state
    'not-finished'
    """
    name, data = _source(source, name)
    return File(json.loads(_huizong.read(name, data, _year(year), _path(profile), _folder())))


def check(
    paths: Paths,
    *,
    year: Optional[int] = None,
    profile: Optional[StrPath] = None,
    roster: Optional[StrPath] = None,
    books: Optional[StrPath] = None,
    previous: Optional[StrPath] = None,
    accept: Sequence[str] = (),
    whole_set: Optional[bool] = None,
    jobs: Optional[int] = None,
    progress: Optional[Progress] = None,
) -> Report:
    """Checks every form under ``paths``, files or folders, as ``huizong check`` does.

    ``roster`` names who should report, ``books`` are the bureau's own accounts, ``previous`` is last year's result: paths, as the
    command takes them. ``accept`` names the documents that count where a department sent several. ``whole_set`` says whether these
    are all forms, so that departments can be missing. Without it, all paths are a whole set but a single form, and a single folder that
    is named as one department of the roster.

    ``jobs`` is the number of threads, by default as many as processors. ``progress`` is called with the bytes done, the bytes in
    all and the file in hand, ten times a second at most and once at the end; what it raises ends the run. So does Ctrl-C in the main
    thread, between files or blocks of lines.

    Raises :class:`OSError` if a path leads nowhere, and :class:`HuizongError` if a list or an option is faulty.
    """
    asked = _asked(paths, year, profile, roster, books, previous, (), accept, False, whole_set, jobs)
    return Report(_huizong.run(asked, _folder(), False, progress))


def consolidate(
    paths: Paths,
    *,
    year: Optional[int] = None,
    profile: Optional[StrPath] = None,
    roster: Optional[StrPath] = None,
    books: Optional[StrPath] = None,
    previous: Optional[StrPath] = None,
    group_by: Sequence[str] = (),
    accept: Sequence[str] = (),
    exclude_errors: bool = False,
    jobs: Optional[int] = None,
    progress: Optional[Progress] = None,
) -> Consolidation:
    """Checks every form under ``paths`` and adds up those that count, as ``huizong consolidate`` does.

    ``group_by`` are columns of the roster; columns joined by a comma make groups together. ``exclude_errors`` leaves out documents
    with errors. The other arguments and the exceptions are those of :func:`check`.

    :meth:`Consolidation.to_json` gives the bytes that the command writes as ``consolidation.json``.
    """
    asked = _asked(paths, year, profile, roster, books, previous, group_by, accept, exclude_errors, True, jobs)
    return Consolidation(_huizong.run(asked, _folder(), True, progress))


def convert(
    source: Union[StrPath, bytes],
    to: str = "json",
    *,
    name: Optional[str] = None,
    profile: Optional[StrPath] = None,
) -> Tuple[bytes, List[Notice]]:
    """Writes the documents of a form as ``json``, or as a form: ``xlsx``, ``docx``, ``html`` or ``text``.

    Returns the bytes, which are empty if there was nothing to write, and notices about what could not be read or has no place in
    the new file. ``profile`` is the layout to write by; without it, the one that the form was read by.

    Raises what :func:`read` raises, and :class:`ValueError` for another format.
    """
    name, data = _source(source, name)
    out, notices = _huizong.convert(name, data, to, _path(profile), _folder())
    return bytes(out), json.loads(notices)


def validate(text: Union[str, bytes]) -> List[Problem]:
    """Says why a JSON text is not a document by ``schema("evaluation")``; an empty list if it is one.

    Exactly what the published schema says, and I-JSON besides: no member twice, no number beyond a double, 64 levels at most. The
    rules are not checked; :func:`read` does.

    >>> [(problem["pointer"], problem["keyword"]) for problem in validate('{"budget": 1}')][-1]
    ('/budget', 'type')
    """
    if isinstance(text, str):
        # A lone surrogate is in no UTF-8, and so in no JSON.
        text = text.encode("utf-8", errors="surrogatepass")
    elif not isinstance(text, (bytes, bytearray, memoryview)):
        raise TypeError(f"a JSON text is str or bytes, not {type(text).__name__}")
    found: List[Problem] = json.loads(_huizong.validate(bytes(text)))
    return found


def schema(name: str = "evaluation") -> Dict[str, Any]:
    """Returns a published JSON Schema (draft 2020-12); :data:`SCHEMAS` has the names. Raises :class:`KeyError` for another name."""
    found: Dict[str, Any] = json.loads(_huizong.schema(name))
    return found


def rules() -> Dict[str, Any]:
    """Returns the rules and notices, as ``huizong rule --format json`` does: ids, messages, arguments, pages."""
    found: Dict[str, Any] = json.loads(bytes(_huizong.rules()))
    return found


def _source(source: Union[StrPath, bytes], name: Optional[str]) -> Tuple[str, bytes]:
    if isinstance(source, (bytes, bytearray, memoryview)):
        if name is None:
            raise ValueError("bytes need a name, such as name='form.xlsx'")
        return _shown(name), bytes(source)
    path = Path(source)
    return _shown(name or path.name), path.read_bytes()


def _shown(name: str) -> str:
    # Bytes of a file's name that are not UTF-8 are shown as the command shows them.
    return os.fsencode(name).decode("utf-8", errors="replace")


def _folder() -> str:
    try:
        return os.getcwd()
    except OSError:
        # The working directory is gone; absolute paths need none.
        return os.sep


def _path(path: Optional[StrPath]) -> Optional[str]:
    return None if path is None else os.fspath(path)


def _year(year: Optional[int]) -> Optional[int]:
    if year is None:
        return None
    year = operator.index(year)
    if not 0 < year < 10000:
        raise ValueError(f"year={year!r} is not a year")
    return year


def _asked(
    paths: Paths,
    year: Optional[int],
    profile: Optional[StrPath],
    roster: Optional[StrPath],
    books: Optional[StrPath],
    previous: Optional[StrPath],
    group_by: Sequence[str],
    accept: Sequence[str],
    exclude_errors: bool,
    whole_set: Optional[bool],
    jobs: Optional[int],
) -> Dict[str, Any]:
    if isinstance(paths, (str, os.PathLike)):
        paths = [paths]
    named = [os.fspath(path) for path in paths]
    if not named or not all(named):
        raise ValueError("no path was given, or an empty one")
    # To the command, `-` is standard input; here it is a file.
    named = [os.path.join(os.curdir, path) if path == "-" else path for path in named]
    # A text is a sequence of texts too, and never meant as one.
    if isinstance(group_by, str) or isinstance(accept, str):
        raise TypeError("group_by and accept are lists of texts, not one text")
    if jobs is not None and not 0 < operator.index(jobs) <= 256:
        raise ValueError(f"jobs={jobs!r} is not a number of threads from 1 to 256")
    return {
        "paths": named,
        "year": _year(year),
        "profile": _path(profile),
        "roster": _path(roster),
        "books": _path(books),
        "previous": _path(previous),
        "group_by": list(group_by),
        "accept": list(accept),
        "exclude_errors": bool(exclude_errors),
        "whole_set": None if whole_set is None else bool(whole_set),
        "jobs": jobs,
    }
