"""One run: a package is opened, checked and screened, and everything that is known afterwards is written beside each other.

Nothing half-written is left: files are made in a working folder and moved into place when the run is whole.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from hengjian.screening.calendar import workday_table
from hengjian.screening.contract import contract_version
from hengjian.screening.engine.checking import Checked, Checker
from hengjian.screening.engine.duck import DuckEngine
from hengjian.screening.engine.faults import write_faults
from hengjian.screening.engine.package import Package, open_package
from hengjian.screening.engine.reading import Reader, Staged, stage_all
from hengjian.screening.findings import SCHEMA
from hengjian.screening.rule import Rule
from hengjian.screening.running import Outcome, run_rule
from hengjian.screening.tables import NoLastDay, Tables

FINDINGS, WORKBOOK, REPORT, SUMMARY, FAULTS = "findings.parquet", "findings.xlsx", "report.html", "summary.json", "faults.csv"
ROWS_IN_A_GROUP = 100_000

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Order:
    """What is to be screened, and how. parameters: by rule code, then by name."""

    path: Path
    rules: tuple[Rule, ...]
    parameters: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    engine: str = "duckdb"
    memory: str | None = None
    threads: int | None = None
    staffing: pa.Table | None = None


@dataclass(frozen=True)
class RuleReport:
    """What is kept of a rule's outcome when its findings are written."""

    rule: Rule
    parameters: dict[str, float]
    findings: int
    subjects: int
    not_run: str
    insufficient: int
    unusable: dict[str, int]
    seconds: float


@dataclass(frozen=True)
class Run:
    """A whole run, as the documents tell it."""

    package: Package
    fingerprint: str
    checked: Checked
    reports: tuple[RuleReport, ...]
    engine: dict[str, str]
    last_day: str
    seconds: float
    started_at: str

    def summary(self) -> dict[str, Any]:
        """Return what summary.json holds; with it the run can be made again."""
        return {
            "package": {
                "path": str(self.package.path),
                "sha256": self.fingerprint,
                "rows": self.checked.rows,
                "set_aside": {name: number for name, number in self.checked.set_aside.items() if number},
                "unknown_files": list(self.package.unknown),
                "notes": self.checked.notes,
            },
            "contract": contract_version(),
            "engine": self.engine,
            "started_at": self.started_at,
            "seconds": round(self.seconds, 2),
            "last_day": self.last_day,
            "faults": [
                {"resource": key[0], "field": key[1], "kind": key[2], "effect": key[3], "count": count}
                for key, count in self.checked.counts.items()
            ],
            "findings": sum(one.findings for one in self.reports),
            "rules": [_of_rule(one) for one in self.reports],
        }


def _of_rule(report: RuleReport) -> dict[str, Any]:
    return report.rule.describe() | {
        "parameters": report.parameters,
        "ran": not report.not_run,
        "not_run": report.not_run,
        "findings": report.findings,
        "subjects": report.subjects,
        "insufficient": report.insufficient,
        "unusable_rows": report.unusable,
        "seconds": round(report.seconds, 3),
    }


def screen(order: Order, out: Path, *, tell: Tell = lambda what, at, total: None) -> Run:
    """Screen a package into a folder; UnusablePackage when there is nothing that can be read."""
    began, started_at = time.monotonic(), time.strftime("%Y-%m-%d %H:%M:%S")
    out.mkdir(parents=True, exist_ok=True)
    with _working_folder(out) as work:
        ready = work / "ready"
        ready.mkdir()
        tell("打开数据包", 0, 0)
        package = open_package(order.path, work)
        duck = DuckEngine(work, memory=order.memory, threads=order.threads)
        try:
            staged = _read(duck.database, package, work, tell)
            tell("核对数据包", 0, 0)
            checked = Checker(duck.database, staged).check()
            checked.notes.extend(_notes(package, staged))
            tables, engine = _tables(order, duck, staged, work, tell)
            try:
                reports = tuple(_run_all(order, tables, duck.database, checked, ready / FINDINGS, tell))
                last_day = _last_day(tables)
            finally:
                engine.close()
            run = Run(
                package, package.fingerprint(), checked, reports, _versions(order.engine), last_day, time.monotonic() - began, started_at
            )
            _write_documents(run, duck.database, staged, ready, tell)
        finally:
            duck.close()
        for name in (FINDINGS, WORKBOOK, REPORT, SUMMARY, FAULTS):
            os.replace(ready / name, out / name)
    return run


@contextmanager
def _working_folder(out: Path) -> Iterator[Path]:
    work = Path(tempfile.mkdtemp(prefix=".screening-", dir=out))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _read(database: duckdb.DuckDBPyConnection, package: Package, work: Path, tell: Tell) -> dict[str, Staged]:
    tell("读取数据", 0, len(package.sources))
    return stage_all(Reader(database, work), package)


def _notes(package: Package, staged: dict[str, Staged]) -> list[str]:
    """What is worth knowing of the files, but is no fault of a row."""
    notes = [f"没有用到的文件：{'、'.join(package.unknown)}"] if package.unknown else []
    for one in staged.values():
        if one.unknown_heads:
            notes.append(f"{one.source.name}里没有用到的列：{'、'.join(one.unknown_heads)}")
        if one.missing:
            notes.append(f"{one.source.name}里没有的列（按空处理）：{'、'.join(part.title for part in one.missing)}")
    return notes


def _tables(order: Order, duck: DuckEngine, staged: dict[str, Staged], work: Path, tell: Tell) -> tuple[Tables, Any]:
    if order.engine != "spark":
        return Tables(duck, set(staged), workday_table(), order.staffing), _Nothing()
    tell("交给 Spark", 0, 0)
    from hengjian.screening.engine.spark import SparkEngine  # an extra: DuckDB goes without it

    spark = SparkEngine(work, memory=order.memory, threads=order.threads)
    for name in staged:
        target = work / "clean" / f"{name}.parquet"
        target.parent.mkdir(exist_ok=True)
        duck.database.execute(f"COPY \"{name}\" TO '{target}' (FORMAT parquet)")
        spark.read(name, target)
    return Tables(spark, set(staged), workday_table(), order.staffing), spark


class _Nothing:
    def close(self) -> None:
        """DuckDB is closed by whoever opened it."""


def _run_all(
    order: Order, tables: Tables, database: duckdb.DuckDBPyConnection, checked: Checked, target: Path, tell: Tell
) -> Iterator[RuleReport]:
    unusable = _unusable(order.rules, tables.present, database, checked)
    with pq.ParquetWriter(target, SCHEMA, compression="zstd") as writer:
        for at, rule in enumerate(order.rules):
            tell(f"{rule.title}", at, len(order.rules))
            began = time.monotonic()
            outcome = run_rule(rule, tables, order.parameters.get(rule.code))
            if outcome.findings.num_rows:
                writer.write_table(outcome.findings, row_group_size=ROWS_IN_A_GROUP)
            yield _report(outcome, unusable.get(rule.code, {}), time.monotonic() - began)


def _report(outcome: Outcome, unusable: dict[str, int], seconds: float) -> RuleReport:
    subjects = len(outcome.findings.column("subject_id").unique())
    return RuleReport(
        outcome.rule,
        dict(vars(outcome.values)),
        outcome.findings.num_rows,
        subjects,
        outcome.not_run,
        len(outcome.insufficient),
        unusable,
        seconds,
    )


def _unusable(
    rules: tuple[Rule, ...], present: set[str], database: duckdb.DuckDBPyConnection, checked: Checked
) -> dict[str, dict[str, int]]:
    """Count the rows of each needed resource that tell a rule nothing: set aside, or null in a column that it needs."""
    wanted: dict[str, set[tuple[str, ...]]] = {}
    for rule in rules:
        for name, columns in rule.needs.items():
            if name in present and columns:
                wanted.setdefault(name, set()).add(tuple(columns))
    nulls: dict[tuple[str, tuple[str, ...]], int] = {}
    for name, sets in wanted.items():
        asked = sorted(sets)
        sums = ", ".join("count(*) FILTER (WHERE " + " OR ".join(f'"{one}" IS NULL' for one in columns) + ")" for columns in asked)
        counted = database.execute(f'SELECT {sums} FROM "{name}"').fetchone() or ()
        nulls |= {(name, columns): number for columns, number in zip(asked, counted, strict=True)}
    return {
        rule.code: {
            name: number
            for name, columns in rule.needs.items()
            if name in present and (number := nulls.get((name, tuple(columns)), 0) + checked.set_aside.get(name, 0))
        }
        for rule in rules
    }


def _last_day(tables: Tables) -> str:
    try:
        return tables.last_day.isoformat()
    except NoLastDay:
        return ""


def _versions(engine: str) -> dict[str, str]:
    if engine != "spark":
        return {"name": "duckdb", "version": duckdb.__version__, "ibis": ibis.__version__}
    import pyspark  # an extra

    return {"name": "spark", "version": pyspark.__version__, "ibis": ibis.__version__}


def _write_documents(run: Run, database: duckdb.DuckDBPyConnection, staged: dict[str, Staged], ready: Path, tell: Tell) -> None:
    from hengjian.screening.engine.report import write_report  # both ask for Run, which stands here
    from hengjian.screening.engine.workbook import write_workbook  # see above

    tell("写出结果", len(run.reports), len(run.reports))
    shown = write_faults(database, staged, ready / FAULTS)
    write_workbook(run, shown, ready / FINDINGS, ready / WORKBOOK)
    write_report(run, shown, ready / FINDINGS, ready / REPORT)
    (ready / SUMMARY).write_text(json.dumps(run.summary(), ensure_ascii=False, indent=1), encoding="utf-8")
