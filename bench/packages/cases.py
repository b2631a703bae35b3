"""The cases that are played on single plans: violations of the rules, and decoys that only look like one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.packages.days import END, START

PERIODIC, SUPERVISORY, TESTING = 1, 0, 2
A_ONLY, B_ONLY, BOTH = 0, 1, 2


@dataclass(frozen=True)
class Case:
    """What a plan needs to be played on, and what it is forced to be."""

    label: str
    rule: str
    kind: int | None = None
    who: int | None = None
    least: int = 1
    window: tuple[int, int] = (60, 75)
    share: float = 1.0
    size: int | None = None
    half: int | None = None

    @property
    def is_decoy(self) -> bool:
        """Whether the rule must stay silent."""
        return self.label.startswith("honest")


def _of(rule: str, *labels: str, **needs: object) -> list[Case]:
    return [Case(f"{rule}:{one}" if not one.startswith("honest") else f"honest {rule}:{one[7:]}", rule, **needs) for one in labels]  # type: ignore[arg-type]


CASES: list[Case] = [
    *_of("inspector_uncertified", "one day", "ndt only", "other category", "honest renewed next day", "honest as engineer",
         "honest last day", who=A_ONLY),
    *_of("not_on_site", "extra name", "other day", who=A_ONLY),
    *_of("not_on_site", "honest overnight", "honest evening before", "honest arrival only", "honest departure only"),
    *_of("no_visit", "none"), *_of("no_visit", "honest somebody else", who=A_ONLY), *_of("no_visit", "no plan", least=2),
    *_of("overlapping_visits", "far apart", "honest short", "honest near", "honest no place", "honest open"),
    *_of("impossible_travel", "fast", "over a placeless visit", "honest fast enough", "honest near", "honest no place", half=1),
    *_of("far_from_equipment", "away", "honest just inside", "honest no place"), *_of("far_from_equipment", "honest nearest", least=2),
    *_of("hurried_visit", "short", "quarter", "honest not quite", "honest open", "honest again"), *_of("hurried_visit", "union", who=BOTH),
    *_of("shared_device", "two people", "honest later", "honest near", "honest no place", "honest same person"),
    *_of("shared_device", "honest one tablet", who=BOTH),
    *_of("photo_reuse", "same", "near", "not reported", "honest distance", "honest same equipment", "honest no time"),
    *_of("photo_reuse", "honest same day", least=2),
    *_of("no_record", "none", "honest no times"),
    *_of("record_mismatch", "value", "result", "honest rounding", "honest tiny", "honest no value", "honest no result", "honest one side"),
    *_of("items_missing", "dropped", "honest optional"),
    *_of("copied_readings", "all", "nine of ten", "honest most", "honest few", "honest no start", "honest same equipment"),
    *_of("copied_readings", "twice", least=2),
    *_of("order_broken", "record", "review", "approval", "issue", "over nulls", "inspected after issue", "honest equal", "honest nulls"),
    *_of("one_hand", "reviewed", "approved", "honest reviewer approves", "honest no drafter"),
    *_of("duplicate_report_no", "same", "honest no number"),
    *_of("too_many_a_day", "burst", who=A_ONLY, size=70, share=0.02), *_of("too_many_a_day", "honest busy", who=A_ONLY, size=12, share=0.05),
    *_of("arranged_late", "eleventh day", "much", "never", "honest tenth day", "honest no acceptance", window=(400, 75)),
    *_of("reported_late", "sixteenth day", "much", "honest fifteenth day", "honest not issued", kind=PERIODIC),
    *_of("reported_late", "supervisory", "honest supervisory thirtieth", "honest supervisory sixteenth", kind=SUPERVISORY),
    *_of("plan_filed_late", "after start", "honest at start", "honest not filed"),
    *_of("uploaded_late", "eleventh day", "never", "honest tenth day"),
    *_of("uploaded_late", "honest waiting", window=(1265, 4), kind=PERIODIC),
    *_of("hazard_unreported", "late", "never", "honest just in time", "honest general"),
    *_of("hazard_unnotified", "late", "never", "honest just in time", "honest found when"),
    *_of("hazard_hidden", "passed", "honest filed", "honest after rectification", "honest not applicable", "honest in the report only"),
    *_of("incident_after_pass", "soon", "late", "honest half a year", "honest failed", window=(60, 190)),
    *_of("unregistered_equipment", "periodic", "honest filed", kind=PERIODIC), *_of("unregistered_equipment", "honest testing", kind=TESTING),
    *_of("fee_above_standard", "just", "much", "honest just below", "honest no standard"),
    *_of("subcontract_invalid", "none", "expired", "too early", "suspended", "not approved", "honest last day", "honest first day",
         "honest suspended later"),
    *_of("no_work_trace", "honest approved one", "honest recorded one", "honest visited one", window=(1150, 75), share=0.5),
    *_of("no_work_trace", "old", window=(700, 400), share=0.5),
]  # fmt: skip
CODES = {case.label: at + 1 for at, case in enumerate(CASES)}


def allot(world, rng: np.random.Generator) -> np.ndarray:
    """Give each case its plans, no plan twice; the plan before a case plan stays ordinary, so that cases may borrow from it."""
    of_plan = np.zeros(world.plans, dtype=np.int16)
    day, k = world.day, world.k
    left = world.team_plans[world.team] - k
    free = (k % 2 == 1) & (left > 1) & ~world.is_kept
    free[1:] &= (day[1:] != day[:-1]) & ~world.is_kept[:-1]
    free[0] = False
    places = rng.permutation(np.flatnonzero(free))
    most = int(np.clip(world.reports // 4000, 2, 400))
    if most * len(CASES) > len(places):
        most = max(1, len(places) // (len(CASES) + 8))
    is_open = np.ones(len(places), dtype=bool)
    ages, sizes = day[places] - START, world.sizes[places]
    order = sorted(range(len(CASES)), key=lambda at: (CASES[at].window[1] < 75 or CASES[at].window[0] > 60, CASES[at].size or 0), reverse=True)
    for at in order:
        case = CASES[at]
        fits = is_open & (ages >= case.window[0]) & (ages <= END - START - case.window[1]) & (sizes >= case.least)
        if case.who is not None:
            fits &= left[places] > 3  # the last plans of a team are everybody's
        if case.half is not None:
            fits &= world.half[places] == case.half
        chosen = np.flatnonzero(fits)[: max(1, round(most * case.share))]
        is_open[chosen] = False
        plans = places[chosen]
        of_plan[plans] = at + 1
        if case.kind is not None:
            world.kind[plans] = case.kind
        if case.who is not None:
            world.who[plans] = case.who
        if case.size is not None:
            world.sizes[plans] = case.size
    return of_plan
