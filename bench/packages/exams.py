"""Examinations: sessions, candidates, staff."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from bench.packages import names
from bench.packages.days import DAY, END, NULL, START
from bench.packages.people import People
from bench.packages.places import EXAMINERS, SUBS, Places
from bench.packages.sink import Sink
from bench.packages.truth import Truth
from bench.packages.world import World

HOUR = 3600
OF_SESSION = (
    "video_gap:starts late", "video_gap:ends early", "honest video_gap:exact", "honest video_gap:no start", "honest video_gap:no end",
    "not_machine_based:paper", "honest not_machine_based:not said",
)  # fmt: skip
OF_CANDIDATE = (
    "trained_by_examiner:same", "honest trained_by_examiner:other", "honest trained_by_examiner:not said",
    "no_recusal:colleague", "honest no_recusal:nobody employed", "materials_unchecked:late", "materials_unchecked:never",
    "honest materials_unchecked:at the start", "honest no_recusal:other session",
)  # fmt: skip
CANDIDATES, STAFF = 12, 4


def write_exams(world: World, people: People, places: Places, truth: Truth, sink: Sink) -> None:
    """Write the three tables; each session carries one case of its own and one candidate for each kind of case in turn."""
    rng = world.rng(5)
    count = int(np.clip(world.reports // 1000, 60, 2000))
    ids = names.numbered("S", np.arange(count), 6)
    examiner = world.institutions + SUBS + rng.integers(0, EXAMINERS, count)
    starts = rng.integers(START + 5, END - 5, count) * DAY + 9 * HOUR
    _write_sessions(ids, examiner, starts, truth, sink, places)
    staff_employer = np.where(np.arange(STAFF) < 3, examiner[:, None], -1)
    candidate, employer, trained, checked = _candidates(world, people, rng, starts, examiner)
    for session in range(count):
        label = OF_CANDIDATE[session % len(OF_CANDIDATE)]
        _play(label, session, examiner, staff_employer, employer, trained, checked, starts)
        truth.played(label.removeprefix("honest ").split(":")[0], "candidate", label, f"S{session:06d}/{people.ids[int(candidate[session, 0])]}")
    _tell(truth, people, candidate, employer, trained, checked, starts, examiner, staff_employer)
    session = np.repeat(np.arange(count), CANDIDATES)
    sink.write("exam_candidates", {
        "session_id": names.taken(ids, session), "person_id": names.taken(people.ids, candidate.ravel()),
        "employer_id": names.taken(places.ids, employer.ravel()), "trained_by": names.taken(places.ids, trained.ravel()),
        "materials_checked_at": checked.ravel(), "score": np.where(rng.random(session.size) < 0.02, np.nan, np.round(rng.normal(72, 11, session.size), 1)),
    })  # fmt: skip
    session = np.repeat(np.arange(count), STAFF)
    heads = world.head((session * 7) % world.institutions, np.tile(np.arange(STAFF), count))
    sink.write("exam_staff", {
        "session_id": names.taken(ids, session), "person_id": names.taken(people.ids, heads),
        "role": ["examiner", "invigilator", "item_writer", "invigilator"] * count, "employer_id": names.taken(places.ids, staff_employer.ravel()),
    })  # fmt: skip


def _write_sessions(ids: pa.Array, examiner: np.ndarray, starts: np.ndarray, truth: Truth, sink: Sink, places: Places) -> None:
    count = len(starts)
    ends, machine = starts + 2 * HOUR, np.ones(count, dtype=object)
    machine[:] = True
    video_from, video_until = starts - 600, ends + 600
    for at, label in enumerate(OF_SESSION):
        rows = np.arange(at, count, 2 * len(OF_SESSION))
        truth.played(label.removeprefix("honest ").split(":")[0], "session", label, *ids.take(pa.array(rows)).to_pylist())
        if not label.startswith("honest"):
            truth.found(label.split(":")[0], "session", *ids.take(pa.array(rows)).to_pylist())
        what = label.split(":")[1]
        if what == "starts late":
            video_from[rows] = starts[rows] + 60
        elif what == "ends early":
            video_until[rows] = ends[rows] - 60
        elif what == "exact":
            video_from[rows], video_until[rows] = starts[rows], ends[rows]
        elif what == "no start":
            video_from[rows], video_until[rows] = NULL, ends[rows] - 1800
        elif what == "no end":
            video_from[rows], video_until[rows] = starts[rows] + 1800, NULL
        else:
            machine[rows] = False if what == "paper" else None
    sink.write("exam_sessions", {
        "session_id": ids, "institution_id": names.taken(places.ids, examiner), "starts_at": starts, "ends_at": ends,
        "machine_based": machine.tolist(), "video_from": video_from, "video_until": video_until,
    })  # fmt: skip


def _candidates(world: World, people: People, rng: np.random.Generator, starts: np.ndarray, examiner: np.ndarray) -> tuple[np.ndarray, ...]:
    count = len(starts)
    everybody = len(people.everybody)
    candidate = (rng.integers(0, everybody, (count, 1)) + np.arange(CANDIDATES) * (everybody // CANDIDATES)) % everybody
    home = np.array([one.employments[0].institution for one in people.everybody])
    employer = home[candidate]
    trained = np.where(rng.random(candidate.shape) < 0.1, -1, (candidate * 3 + 1) % world.institutions)
    checked = starts[:, None] - rng.integers(300, 9 * DAY, candidate.shape)
    return candidate, employer, trained, checked


def _play(label: str, at: int, examiner: np.ndarray, staff: np.ndarray, employer: np.ndarray, trained: np.ndarray, checked: np.ndarray, starts: np.ndarray) -> None:
    rule, what = label.removeprefix("honest ").split(":")
    if rule == "trained_by_examiner":
        trained[at, 0] = {"same": examiner[at], "other": examiner[at - 1] if examiner[at - 1] != examiner[at] else 0, "not said": -1}[what]
    elif what == "colleague":
        staff[at, 3] = employer[at, 0]
    elif what == "nobody employed":
        employer[at, 0] = -1
    elif what == "other session":
        staff[at - 1, 3] = employer[at, 0]
    else:
        checked[at, 0] = {"late": starts[at] + 60, "never": NULL, "at the start": starts[at]}[what]


def _tell(truth: Truth, people: People, candidate: np.ndarray, employer: np.ndarray, trained: np.ndarray, checked: np.ndarray,
          starts: np.ndarray, examiner: np.ndarray, staff: np.ndarray) -> None:  # fmt: skip
    colleague = ((employer[:, :, None] == staff[:, None, :]) & (employer >= 0)[:, :, None]).any(2)
    for rule, hits in (
        ("trained_by_examiner", trained == examiner[:, None]), ("no_recusal", colleague),
        ("materials_unchecked", (checked == NULL) | (checked > starts[:, None])),
    ):  # fmt: skip
        for session, place in np.argwhere(hits).tolist():
            truth.found(rule, "candidate", f"S{session:06d}/{people.ids[int(candidate[session, place])]}")
