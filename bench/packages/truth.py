"""The truth of a package: what every rule must find, which decoys it must let pass, and what was played on what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa

Subjects = dict[tuple[str, str], set[Any]]


class Truth:
    """Collects subjects by rule and type; persons as places until their ids are known."""

    def __init__(self) -> None:
        self.must: Subjects = defaultdict(set)
        self.cases: dict[tuple[str, str, str], set[Any]] = defaultdict(set)

    def found(self, rule: str, subject_type: str, *subjects: Any) -> None:
        """Say that a rule must find these."""
        self.must[rule, subject_type].update(subjects)

    def found_all(self, rule: str, subject_type: str, subjects: Iterable[Any]) -> None:
        """Say the same of an array of numbers or an Arrow column of ids."""
        listed = subjects.to_pylist() if isinstance(subjects, pa.Array | pa.ChunkedArray) else np.asarray(subjects).tolist()
        self.must[rule, subject_type].update(listed)

    def played(self, rule: str, subject_type: str, label: str, *subjects: Any) -> None:
        """Remember which case was played on a subject."""
        self.cases[rule, subject_type, label].update(subjects)

    def tables(self, ids: pa.Array) -> tuple[pa.Table, pa.Table]:
        """Return the truth, and the cases with whether they are decoys."""
        known = ids.to_pylist()
        rows = sorted((rule, kind, _id(one, kind, known)) for (rule, kind), found in self.must.items() for one in found)
        truth = pa.table({name: pa.array([row[at] for row in rows], pa.string()) for at, name in enumerate(("rule", "subject_type", "subject_id"))})
        played = sorted(
            (rule, kind, _id(one, kind, known), label) for (rule, kind, label), found in self.cases.items() for one in found
        )
        columns = {name: pa.array([row[at] for row in played], pa.string()) for at, name in enumerate(("rule", "subject_type", "subject_id", "case"))}
        columns["is_decoy"] = pa.array([row[3].startswith("honest") for row in played], pa.bool_())
        return truth, pa.table(columns)


def _id(subject: Any, kind: str, people: list[str]) -> str:
    return people[subject] if kind == "person" and isinstance(subject, int) else str(subject)
