"""What a program of Python expects: exceptions of its own kind, Ctrl-C, progress, threads, and bad input that harms nothing."""

import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest

import huizong


def test_wrong_arguments_are_ordinary_errors(district, tmp_path):
    with pytest.raises(TypeError):
        huizong.read(17)
    with pytest.raises(ValueError, match="name"):
        huizong.read(b"{}")
    with pytest.raises(FileNotFoundError):
        huizong.read(tmp_path / "none.xlsx")
    with pytest.raises(FileNotFoundError, match="there is no"):
        huizong.check(tmp_path / "none")
    with pytest.raises(TypeError):
        huizong.consolidate(district, group_by="类别")
    with pytest.raises(ValueError):
        huizong.check(district, year=0)
    with pytest.raises(ValueError):
        huizong.check(district, jobs=0)
    with pytest.raises(ValueError):
        huizong.check([])
    with pytest.raises(ValueError, match="docx"):
        huizong.convert(district / "forms/02-jiaoyu.html", "pdf")
    with pytest.raises(KeyError):
        huizong.schema("none")
    with pytest.raises(huizong.HuizongError, match="need a roster") as raised:
        huizong.consolidate(district / "forms", group_by=["类别"])
    assert "名单" in raised.value.zh
    assert isinstance(raised.value, ValueError)
    for asked in (huizong.check, huizong.read):
        with pytest.raises(huizong.HuizongError, match="no profile") as raised:
            asked(district / "forms/02-jiaoyu.html", profile="none")
        assert "版式" in raised.value.zh
    (tmp_path / "roster.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    with pytest.raises(huizong.HuizongError):
        huizong.check(district / "forms", roster=tmp_path / "roster.csv")
    with pytest.raises(FileNotFoundError) as raised:
        huizong.check(district / "forms", roster=tmp_path / "none.csv")
    assert raised.value.errno == 2 and "无法读取" in raised.value.zh
    for nothing in ("", [], iter([]), [""]):
        with pytest.raises(ValueError):
            huizong.check(nothing)
    with pytest.raises(FileNotFoundError):
        huizong.check("-")
    for strange in (5, [123, 125], {"a": 1}):
        with pytest.raises(TypeError):
            huizong.validate(strange)
    assert [problem["reason"] for problem in huizong.validate('"\ud800"')] == ["not-json"]


def test_a_name_that_means_no_form_is_reported(district):
    form = district / "forms/02-jiaoyu.html"
    assert huizong.check(form, accept=["none.xlsx"], whole_set=True).unmatched == ["none.xlsx"]
    # Among some forms it need not be.
    assert huizong.check(form, accept=["none.xlsx"]).unmatched == []
    with pytest.raises(huizong.HuizongError, match="12-fulian"):
        huizong.consolidate(district / "forms", accept=["12-fulian-revise.txt"])


def test_bad_input_is_reported_and_harms_nothing(district):
    rng = random.Random(7)
    forms = sorted((district / "forms").iterdir())
    for form in forms:
        whole = form.read_bytes()
        for _ in range(12):
            data = bytearray(whole[: rng.randrange(len(whole) + 1)])
            for _ in range(rng.randrange(4)):
                if data:
                    data[rng.randrange(len(data))] = rng.randrange(256)
            file = huizong.read(bytes(data), name=form.name)
            assert file.documents or file.notices
    for data in (b"", b"\0" * 4096, b"[" * 100_000, b"PK\3\4" + b"\xff" * 64, "汇总".encode("gbk")):
        for name in ("a.json", "a.xlsx", "a.docx", "a.txt", "a.html", "a", "a.pdf"):
            file = huizong.read(data, name=name)
            assert file.documents or file.notices, (data[:8], name)
            huizong.convert(data, name=name)


def test_progress_ends_at_all_and_what_it_raises_ends_the_run(tmp_path, district):
    lines(tmp_path / "many.ndjson", district, 20_000)
    seen = []
    huizong.check(tmp_path, progress=lambda done, total, name: seen.append((done, total, name)))
    assert seen[-1][0] == seen[-1][1] == (tmp_path / "many.ndjson").stat().st_size
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)

    class Stop(Exception):
        pass

    def stop(*_):
        raise Stop

    with pytest.raises(Stop):
        huizong.check(tmp_path, progress=stop)


def test_other_threads_go_on_meanwhile(tmp_path, district):
    lines(tmp_path / "many.ndjson", district, 20_000)
    ticks, done = [], threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.002)

    ticking = threading.Thread(target=tick)
    ticking.start()
    began = time.monotonic()
    huizong.check(tmp_path, jobs=1)
    ended = time.monotonic()
    done.set()
    ticking.join()
    during = [at for at in ticks if began < at < ended]
    assert len(during) > 10, (len(during), ended - began)


def test_several_threads_get_the_same(district):
    results = []
    threads = [
        threading.Thread(target=lambda: results.append(huizong.consolidate(district / "forms").to_json())) for _ in range(6)
    ]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(set(results)) == 1 and len(results) == 6


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_ctrl_c_ends_a_run(tmp_path, district):
    lines(tmp_path / "many.ndjson", district, 400_000)
    program = textwrap.dedent(
        f"""
        import huizong
        print("begun", flush=True)
        try:
            huizong.check({str(tmp_path)!r}, jobs=1)
            print("whole")
        except KeyboardInterrupt:
            print("interrupted")
        """
    )
    running = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert running.stdout.readline() == "begun\n"
    time.sleep(0.3)
    running.send_signal(signal.SIGINT)
    began = time.monotonic()
    out, _ = running.communicate(timeout=60)
    assert out == "interrupted\n"
    assert running.returncode == 0
    assert time.monotonic() - began < 30


def test_a_clean_set_has_no_notices(tmp_path, district):
    (tmp_path / "a.json").write_bytes(huizong.convert(sorted((district / "forms").glob("02-*"))[0])[0])
    result = huizong.consolidate(tmp_path)
    assert result.notices == [] and result.findings == [] and len(result.rules) > 40
    repr(result), repr(huizong.check(tmp_path)), repr(result.table("totals"))


def test_a_year_is_not_compared_with_itself(tmp_path, district):
    (tmp_path / "last.json").write_bytes(huizong.consolidate(district / "forms").to_json())
    with pytest.raises(huizong.HuizongError, match="last year"):
        huizong.consolidate(district / "forms", previous=tmp_path / "last.json")


@pytest.mark.skipif(os.name == "nt", reason="names of Unix")
def test_names_that_are_no_utf_8(tmp_path):
    path = os.fsencode(tmp_path) + b"/\xbb\xe3.json"
    with open(path, "wb") as file:
        file.write(b"{}")
    (document,) = huizong.read(os.fsdecode(path)).documents
    assert list(huizong.check(tmp_path).states) == [document.id]


def test_documents_of_lines_have_the_same_ids(tmp_path):
    (tmp_path / "one.ndjson").write_bytes(b"{}\n")
    (document,) = huizong.read(tmp_path / "one.ndjson").documents
    assert list(huizong.check(tmp_path).states) == [document.id] == ["one.ndjson#1"]


def test_a_working_directory_that_is_gone(tmp_path):
    program = "import os, huizong; os.mkdir('x'); os.chdir('x'); os.rmdir('../x'); print(huizong.read(b'{}', name='a.json').documents[0].id)"
    ran = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True)
    assert ran.stdout == "a.json\n", ran.stderr


def test_files_that_are_gone_are_no_empty_tables(tmp_path, district):
    form = tmp_path / "02.html"
    form.write_bytes(sorted((district / "forms").glob("02-*"))[0].read_bytes())
    for asked in (huizong.check, huizong.consolidate):
        result = asked(tmp_path)
        form.rename(tmp_path / "away")
        with pytest.raises(OSError):
            result.table("tasks").rows
        (tmp_path / "away").rename(form)


def test_a_file_that_changed_since_is_named(tmp_path, district):
    form = tmp_path / "02.html"
    form.write_bytes(sorted((district / "forms").glob("02-*"))[0].read_bytes())
    result = huizong.consolidate(tmp_path)
    assert len(result.table("tasks")) > 0
    form.write_bytes(form.read_bytes() + b" ")
    with pytest.raises(OSError, match="02.html"):
        result.table("tasks").rows


def lines(path, district, many):
    """Writes many documents, one to a line, each from a department of its own."""
    import json

    (document,) = huizong.read(sorted((district / "forms").glob("02-*"))[0]).documents
    data = json.loads(json.dumps(document.data))
    data["department"]["name"] = "@"
    data["department"].pop("code", None)
    text = json.dumps(data, ensure_ascii=False)
    with open(path, "w", encoding="utf-8") as file:
        for number in range(many):
            file.write(text.replace("@", f"第{number}局") + "\n")
