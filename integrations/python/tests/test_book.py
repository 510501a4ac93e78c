"""The Python of the book runs as it is printed, from the folder that has `examples`."""

import re

import pytest


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_book(language, top, monkeypatch):
    monkeypatch.chdir(top)
    text = (top / f"crates/book/{language}/data.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S)
    assert blocks
    for block in blocks:
        exec(compile(block, "data.md", "exec"), {})
