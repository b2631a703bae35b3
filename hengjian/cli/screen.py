"""hengjian screen: a folder of exports in, leads out. No database and no account is needed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.csv as arrow_csv
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from hengjian.cli.console import console, stop
from hengjian.screening.catalogue import catalogue, chosen
from hengjian.screening.engine.package import UnusablePackage
from hengjian.screening.engine.screen import FINDINGS, SUMMARY, Order, Run, Tell, screen
from hengjian.screening.engine.spark import SparkMissing
from hengjian.screening.rule import Rule

UNUSABLE = 2
ENGINES = ("duckdb", "spark")


def run_screen(
    path: Path | None,
    *,
    out: Path,
    rules: tuple[str, ...],
    params: tuple[str, ...],
    engine: str,
    memory: str | None,
    threads: int | None,
    again: Path | None,
    staffing: Path | None,
) -> None:
    """Run the command: 0 whatever is found, 2 for a package that cannot be used."""
    before = _earlier(again) if again else None
    order = _order_again(before, path, memory, threads) if before else _order(path, rules, params, engine, memory, threads)
    if staffing:
        order = _with_staffing(order, staffing)
    try:
        with _progress() as tell:
            run = screen(order, out, tell=tell)
    except (UnusablePackage, SparkMissing) as error:
        console.print(f"[red]✗[/] {error}", soft_wrap=True, highlight=False)
        raise SystemExit(UNUSABLE) from error
    except KeyboardInterrupt:
        console.print("已中断，没有写出任何文件。")
        raise SystemExit(130) from None
    _tell(run, out)
    if before and again:
        _compare(before, again, run, out)


def _order(
    path: Path | None, rules: tuple[str, ...], params: tuple[str, ...], engine: str, memory: str | None, threads: int | None
) -> Order:
    if path is None:
        stop("请写明数据包的目录或 zip 文件，例如：hengjian screen 导出目录 --out 结果")
        raise SystemExit(1)
    if engine not in ENGINES:
        stop(f"没有名为“{engine}”的引擎，可用的是：{'、'.join(ENGINES)}。")
    try:
        picked = chosen(tuple(code.strip() for one in rules for code in one.split(",") if code.strip()))
    except KeyError as error:
        stop(f"没有这样的规则：{error.args[0]}。可用的是：{'、'.join(catalogue())}，或类别 A 到 I。")
        raise
    return Order(path, picked, _parameters(params), engine, memory, threads)


def _parameters(given: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """Read rule.name=value, each with a message that says what would be right."""
    read: dict[str, dict[str, float]] = {}
    for text in given:
        name, _, value = text.partition("=")
        code, _, parameter = name.strip().partition(".")
        rule = catalogue().get(code)
        if rule is None:
            stop(f"--param {text}：没有规则“{code}”。写法是 规则.参数=值，例如 multi_payer.months=3。")
        names = [one.name for one in rule.parameters] if rule else []
        if parameter not in names:
            stop(f"--param {text}：规则“{code}”没有参数“{parameter}”，它的参数是：{'、'.join(names) or '（无）'}。")
        try:
            number = float(value)
        except ValueError:
            stop(f"--param {text}：“{value}”不是数字。")
            raise
        read.setdefault(code, {})[parameter] = int(number) if number.is_integer() else number
    return read


def _earlier(folder: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((folder / SUMMARY).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        stop(f"{folder}：里面没有以前运行的 {SUMMARY}。--again 后面要写以前的结果目录。")
        raise


def _order_again(before: dict[str, Any], path: Path | None, memory: str | None, threads: int | None) -> Order:
    """Return the same order again; rules that have changed since would not find the same, and that is said."""
    rules: list[Rule] = []
    for one in before["rules"]:
        rule = catalogue().get(one["code"])
        if rule is None or rule.version != one["version"]:
            stop(f"规则“{one['title']}”从那以后改过（那时是第{one['version']}版），不能重算出同样的结果。请用当时的版本重算。")
        else:
            rules.append(rule)
    parameters = {one["code"]: one["parameters"] for one in before["rules"]}
    return Order(path or Path(before["package"]["path"]), tuple(rules), parameters, before["engine"]["name"], memory, threads)


def _with_staffing(order: Order, path: Path) -> Order:
    try:
        return replace(order, staffing=arrow_csv.read_csv(path))
    except (OSError, ValueError) as error:
        stop(f"{path}：读不出人员配备条件表（{error}）。它应是 CSV，表头见文档《风险筛查》。")
        raise


@contextmanager
def _progress() -> Iterator[Tell]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("打开数据包", total=None)

        def tell(what: str, at: int, total: int) -> None:
            progress.update(task, description=what, completed=at, total=total or None)

        yield tell


def _tell(run: Run, out: Path) -> None:
    table = Table(show_edge=False)
    for head, side in (("规则", "left"), ("线索", "right"), ("涉及对象", "right"), ("数据不足", "right")):
        table.add_column(head, justify=side)  # type: ignore[arg-type]
    for one in run.reports:
        if one.findings or one.insufficient:
            table.add_row(one.rule.title, str(one.findings), str(one.subjects), str(one.insufficient or ""))
    rows, aside = sum(run.checked.rows.values()), sum(run.checked.set_aside.values())
    console.print(f"读取 {len(run.checked.rows)} 张表 {rows} 行，搁置 {aside} 行；数据截止日 {run.last_day or '不明'}。")
    console.print(table)
    for one in run.reports:
        if one.not_run:
            console.print(f"[dim]未运行[/] {one.rule.title}：{one.not_run}", soft_wrap=True, highlight=False)
    total = sum(one.findings for one in run.reports)
    console.print(f"共 {total} 条线索，用时 {run.seconds:.1f} 秒。线索不是结论，须由人核实。")
    console.print(f"{out / 'report.html'}　{out / 'findings.xlsx'}　{out / FINDINGS}", soft_wrap=True, highlight=False)


def _compare(before: dict[str, Any], again: Path, run: Run, out: Path) -> None:
    """Say whether the findings are the same, byte by byte."""
    if before["package"]["sha256"] != run.fingerprint:
        console.print("[yellow]![/] 数据包与那时的不同（指纹不一样），结果不能相比。")
        return
    same = (again / FINDINGS).read_bytes() == (out / FINDINGS).read_bytes()
    console.print("[green]✓[/] 与那时的线索逐字节相同。" if same else "[red]✗[/] 与那时的线索不同。")
    if not same:
        raise SystemExit(1)
