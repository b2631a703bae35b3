"""Score findings against the truth of a package: precision and recall of each rule, the first false alarms and misses.

`python -m bench.score FINDINGS.parquet TRUTH` reads Parquet or CSV. A file `cases` beside the truth names the decoy that a false alarm
fell for. Subjects are compared by rule and id; a rule without truth and without findings is left out.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

STATISTICAL = ("fabricated_digits", "never_fails", "too_many_a_day", "fee_malicious_low", "complaint_cluster")
EXACT_TARGET, STATISTICAL_TARGET = (0.99, 0.99), (0.95, 0.90)
WITHOUT_TRUTH = ("staff_below_threshold",)
"""Rules that need a table of the deployment; their findings are not judged."""
SHOWN = 5


@dataclass(frozen=True)
class Score:
    """How one rule did."""

    rule: str
    truth: int
    findings: int
    hits: int
    target_precision: float
    target_recall: float
    false_alarms: list[str] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """The share of findings that are true; one where nothing is found."""
        return self.hits / self.findings if self.findings else 1.0

    @property
    def recall(self) -> float:
        """The share of the truth that is found; one where there is nothing to find."""
        return self.hits / self.truth if self.truth else 1.0

    @property
    def is_kept(self) -> bool:
        """Whether both targets are met."""
        return self.precision >= self.target_precision and self.recall >= self.target_recall


def read(path: Path) -> pa.Table:
    """Read a table; CSV columns as text."""
    if path.suffix != ".csv":
        return pa.parquet.read_table(path)
    names = path.open(encoding="utf-8-sig").readline().strip().replace('"', "").split(",")
    return pa.csv.read_csv(path, convert_options=pa.csv.ConvertOptions(column_types={name: pa.string() for name in names}))


def subjects(table: pa.Table) -> dict[str, dict[str, str]]:
    """Return for each rule its subjects by id, with their type."""
    found: dict[str, dict[str, str]] = {}
    for rule, kind, subject in zip(*(table.column(name).to_pylist() for name in ("rule", "subject_type", "subject_id")), strict=True):
        found.setdefault(rule, {})[subject] = kind
    return found


def score(findings: pa.Table, truth: pa.Table, cases: pa.Table | None = None) -> list[Score]:
    """Compare, rule by rule."""
    said, must = subjects(findings), subjects(truth)
    labels = _labels(cases)
    return [
        _score_of(rule, said.get(rule, {}), must.get(rule, {}), labels)
        for rule in sorted(set(said) | set(must))
        if rule not in WITHOUT_TRUTH
    ]


def _score_of(rule: str, said: dict[str, str], must: dict[str, str], labels: dict[tuple[str, str], str]) -> Score:
    target = STATISTICAL_TARGET if rule in STATISTICAL else EXACT_TARGET
    wrong, missed = sorted(set(said) - set(must)), sorted(set(must) - set(said))
    return Score(
        rule, len(must), len(said), len(set(said) & set(must)), *target,
        [_named(rule, one, said[one], labels) for one in wrong[:SHOWN]], [_named(rule, one, must[one], labels) for one in missed[:SHOWN]],
    )  # fmt: skip


def _named(rule: str, subject: str, kind: str, labels: dict[tuple[str, str], str]) -> str:
    label = labels.get((rule, subject))
    return f"{kind} {subject}" + (f" ({label})" if label else "")


def _labels(cases: pa.Table | None) -> dict[tuple[str, str], str]:
    if cases is None:
        return {}
    rows = zip(*(cases.column(name).to_pylist() for name in ("rule", "subject_id", "case")), strict=True)
    return {(rule, subject): case for rule, subject, case in rows}


def lines(scores: Iterable[Score]) -> Iterable[str]:
    """Tell the scores to people."""
    yield f"{'rule':26}{'truth':>8}{'found':>8}{'hits':>8}{'precision':>11}{'recall':>9}"
    for one in scores:
        yield f"{one.rule:26}{one.truth:8}{one.findings:8}{one.hits:8}{one.precision:11.4f}{one.recall:9.4f}  {'kept' if one.is_kept else 'missed'}"
        yield from (f"    false alarm: {what}" for what in one.false_alarms)
        yield from (f"    not found:   {what}" for what in one.misses)


def as_json(scores: Iterable[Score]) -> str:
    """Tell the scores to programs."""
    return json.dumps(
        [asdict(one) | {"precision": one.precision, "recall": one.recall, "kept": one.is_kept} for one in scores], ensure_ascii=False, indent=1
    )


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, compare, print; the targets do not change the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("findings", type=Path)
    parser.add_argument("truth", type=Path, help="the file, or the folder of the package that it lies in")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    truth = asked.truth
    if truth.is_dir():
        truth = next(path for path in (truth / "truth.parquet", truth / "truth.csv") if path.exists())
    cases = truth.with_name(f"cases{truth.suffix}")
    scores = score(read(asked.findings), read(truth), read(cases) if cases.exists() else None)
    missed = [one.rule for one in scores if not one.is_kept]
    told = as_json(scores) if asked.json else "\n".join([*lines(scores), f"{len(scores) - len(missed)} of {len(scores)} rules keep their targets"])
    sys.stdout.write(f"{told}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
