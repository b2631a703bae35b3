"""Is what lies on the disk still what was written there: the file of the database, and the files beside it."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError, connection

from hengjian.base.database import integrity_faults
from hengjian.base.ledger.verdict import Progress, Verdict

Part = Callable[[Verdict, Progress | None], None]
PARTS: list[Part] = []


def part(check: Part) -> Part:
    """Register what an upper app has on the disk: a function that looks at all of it and adds its faults."""
    if check not in PARTS:
        PARTS.append(check)
    return check


def storage(progress: Progress | None = None) -> Verdict:
    """Check the database's own structure, then every kept file; name each fault."""
    verdict = Verdict()
    for words in integrity_faults(connection):
        verdict.add("database", f"数据库文件损坏：{words}。请停止服务，保留原文件，从备份恢复。")
    for check in PARTS:
        try:
            check(verdict, progress)
        except DatabaseError as error:
            verdict.add("database", f"数据库文件损坏，读不下去：{error}。请停止服务，保留原文件，从备份恢复。")
    return verdict
