"""`hengjian screen`, from a folder of files to everything that it writes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from bench.province import make
from bench.score import main as score
from hengjian.screening.catalogue import catalogue, chosen
from hengjian.screening.engine.screen import FAULTS, FINDINGS, REPORT, SUMMARY, WORKBOOK, Order, screen

ALL = {FINDINGS, WORKBOOK, REPORT, SUMMARY, FAULTS}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample package, as CSV."""
    folder = tmp_path_factory.mktemp("sample")
    make(folder, reports=2000, seed=2026, kind="csv")
    return folder


@pytest.fixture(scope="module")
def results(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run of all rules over it writes."""
    out = tmp_path_factory.mktemp("results")
    screen(Order(package, chosen(())), out)
    return out


def command(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "hengjian", "screen", *words], capture_output=True, text=True)


def test_a_run_writes_five_files_and_nothing_else(results: Path):
    assert {one.name for one in results.iterdir()} == ALL


def test_findings_have_their_seven_columns_and_a_sentence_each(results: Path):
    rows = pq.read_table(results / FINDINGS)
    assert rows.column_names == ["rule", "subject_type", "subject_id", "institution_id", "occurred_at", "severity", "evidence"]
    assert rows.num_rows > 100
    said = [json.loads(one)["says"] for one in rows.column("evidence").to_pylist()]
    assert all(said)
    assert not [one for one in said if "{" in one]
    assert rows.num_rows == len({(row["rule"], row["subject_type"], row["subject_id"]) for row in rows.to_pylist()})


def test_the_sample_is_found_as_its_maker_says(package: Path, results: Path, capsys: pytest.CaptureFixture[str]):
    score([str(results / FINDINGS), str(package), "--json"])
    told = json.loads(capsys.readouterr().out)
    # Equipment with an undated report is not called overdue (ADR 23); the maker goes by the day of inspection alone.
    assert [one["rule"] for one in told if not one["kept"] and one["rule"] != "overdue_equipment"] == []


def test_the_workbook_links_its_sheets_and_holds_no_formula(results: Path):
    book = openpyxl.load_workbook(results / WORKBOOK)
    overview = book["总览"]
    links = [cell.hyperlink.location for row in overview.iter_rows() for cell in row if cell.hyperlink]
    assert links
    assert {one.split("!")[0].strip("'") for one in links} <= set(book.sheetnames)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []


class _Loads(HTMLParser):
    """Whatever a page would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [f"{tag} {name}={value}" for name, value in attrs if name in {"src", "data", "srcset"} or (tag == "link" and name == "href")]


def test_the_report_fetches_nothing_and_says_what_did_not_run(results: Path):
    text = (results / REPORT).read_text()
    page = _Loads()
    page.feed(text)
    assert page.fetched == []
    assert "<script" not in text
    for words in ("线索不是结论", "没有运行的规则", "没有人员配备条件表", "不能得出的结论"):
        assert words in text


def test_the_summary_keeps_all_that_a_second_run_needs(results: Path):
    summary = json.loads((results / SUMMARY).read_text())
    assert {one["code"] for one in summary["rules"]} == set(catalogue())
    assert len(summary["package"]["sha256"]) == 64
    assert all(one["not_run"] for one in summary["rules"] if not one["ran"])
    multi = next(one for one in summary["rules"] if one["code"] == "multi_payer")
    assert (multi["parameters"], multi["version"]) == ({"payers": 2, "months": 2}, 1)


def test_a_run_made_again_has_the_same_bytes_and_a_changed_package_says_so(package: Path, results: Path, tmp_path: Path):
    again = command("--again", str(results), "--out", str(tmp_path / "again"))
    assert (again.returncode, "逐字节相同" in again.stdout) == (0, True), again.stdout + again.stderr
    assert (tmp_path / "again" / FINDINGS).read_bytes() == (results / FINDINGS).read_bytes()


@pytest.mark.slow
def test_both_engines_write_the_same_bytes(package: Path, results: Path, tmp_path: Path):
    told = command(str(package), "--engine", "spark", "--out", str(tmp_path))
    assert told.returncode == 0, told.stdout + told.stderr
    assert (tmp_path / FINDINGS).read_bytes() == (results / FINDINGS).read_bytes()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("nowhere",), 2, "没有这个目录或文件"),
        (("{package}", "--rules", "nothing_such"), 1, "没有这样的规则"),
        (("{package}", "--param", "multi_payer.years=2"), 1, "没有参数“years”"),
        (("{package}", "--param", "multi_payer.months=many"), 1, "不是数字"),
        (("{package}", "--engine", "abacus"), 1, "没有名为“abacus”的引擎"),
        ((), 1, "请写明数据包"),
    ],
)
def test_a_wrong_order_is_told_and_writes_nothing(package: Path, tmp_path: Path, words: tuple[str, ...], code: int, said: str):
    told = command(*(word.format(package=package) for word in words), "--out", str(tmp_path / "out"))
    assert told.returncode == code
    assert said in told.stdout + told.stderr
    assert not any((tmp_path / "out").glob("*"))


def test_parameters_and_families_choose_what_runs(package: Path, tmp_path: Path):
    told = command(str(package), "--rules", "A,no_record", "--param", "multi_payer.months=1", "--out", str(tmp_path))
    assert told.returncode == 0, told.stdout + told.stderr
    summary = json.loads((tmp_path / SUMMARY).read_text())
    assert {one["family"] for one in summary["rules"]} == {"A", "D"}
    assert next(one for one in summary["rules"] if one["code"] == "multi_payer")["parameters"]["months"] == 1


def test_an_interrupted_run_leaves_nothing(package: Path, tmp_path: Path):
    started = subprocess.Popen([sys.executable, "-m", "hengjian", "screen", str(package), "--out", str(tmp_path)], stdout=subprocess.PIPE, text=True)
    while not any(tmp_path.glob(".screening-*/screening.duckdb")):
        time.sleep(0.02)
        assert started.poll() is None
    os.kill(started.pid, signal.SIGINT)
    told, _ = started.communicate(timeout=60)
    assert (started.returncode, "已中断" in told) == (130, True)
    assert list(tmp_path.iterdir()) == []
