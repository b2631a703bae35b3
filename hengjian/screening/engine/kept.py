"""Reading findings back from their file, rule by rule, for the documents that show them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq


@dataclass
class Signals:
    """What several rules say of one subject: never a bare score, always which rules and how often."""

    kind: str
    subject: str
    rules: Counter[str] = field(default_factory=Counter)
    severity: int = 0


def findings_by_rule(path: Path) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
    """Give each rule's code with its findings, evidence as a dict; findings of a rule stand together in the file."""
    file = pq.ParquetFile(path)
    groups: dict[str, list[int]] = {}
    for n in range(file.num_row_groups):
        code = file.read_row_group(n, columns=["rule"]).column("rule")[0].as_py()
        groups.setdefault(code, []).append(n)
    for code, numbers in groups.items():
        yield code, _rows(file, numbers)


def _rows(file: pq.ParquetFile, numbers: list[int]) -> Iterator[dict[str, Any]]:
    for n in numbers:
        for batch in file.read_row_group(n).to_batches(max_chunksize=5_000):
            for row in batch.to_pylist():
                yield row | {"evidence": json.loads(row["evidence"])}


def signals(path: Path, kinds: tuple[str, ...] = ("person", "institution")) -> list[Signals]:
    """Return subjects that more than one rule names, those with the most kinds of signal first."""
    found: dict[tuple[str, str], Signals] = {}
    columns = ["rule", "subject_type", "subject_id", "severity"]
    for batch in pq.ParquetFile(path).iter_batches(batch_size=100_000, columns=columns):
        for rule, kind, subject, severity in zip(*(batch.column(name).to_pylist() for name in columns), strict=True):
            if kind in kinds:
                one = found.setdefault((kind, subject), Signals(kind, subject))
                one.rules[rule] += 1
                one.severity = max(one.severity, severity)
    several = [one for one in found.values() if len(one.rules) > 1]
    return sorted(several, key=lambda one: (-len(one.rules), -one.severity, -sum(one.rules.values()), one.kind, one.subject))
