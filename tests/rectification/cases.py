"""A problem to begin with, and how it is brought to each state."""

from __future__ import annotations

from datetime import date
from typing import Any

from hengjian.dossier.models import Evidence, EvidenceUse
from hengjian.rectification import services
from hengjian.rectification.models import Problem
from tests import factories
from tests.factories import World, all_of


def leader(world: World, of: Any) -> Any:
    """The leader of an authority."""
    return factories.actor(factories.account(f"leader{of.key}", f"分管{of.area_name}", "leader", of))


def opened(world: World, *, actor: Any = None, **changes: Any) -> Problem:
    """A problem of the first institution, found by itself."""
    institution = world.institutions[0]
    given: dict[str, Any] = {
        "kind": "system", "title": "内审未闭环", "facts": "2023年内审的3项不符合没有纠正。", "clause": "方案 二（四）",
        "severity": 1, "subject_type": "registry.institution", "subject_id": institution.id,
        "subject_label": "内部审核", "finder": "self_check", "ref_type": "campaigns.submission", "ref_id": None,
        "label": "自查表第12项", "disclosed": True,
    }
    return services.open_problem(actor=actor or world.clerk(institution), owner_row=institution, **{**given, **changes})


def county(world: World) -> Any:
    """The supervisor nearest to the first institution."""
    return world.officer(world.counties[0])


def confirmed(world: World, due: date = date(2024, 6, 28), **changes: Any) -> Problem:
    """Confirmed, with a date."""
    return services.confirm_problem(opened(world, **changes), actor=county(world), severity=1, due_on=due)


def planned(world: World, **changes: Any) -> Problem:
    """With a measure and a responsible person."""
    return services.plan_rectification(
        confirmed(world, **changes), actor=world.clerk(world.institutions[0]), measure="完成内审，修订程序文件",
        responsible_name="苏映雪", responsible_department="质量部",
    )


def reported(world: World, **changes: Any) -> Problem:
    """Reported as put right."""
    clerk = world.clerk(world.institutions[0])
    return services.report_rectified(planned(world, **changes), actor=clerk, text="三项不符合已纠正并验证。")


def closed(world: World, **changes: Any) -> Problem:
    """Closed with evidence."""
    problem = reported(world, **changes)
    put_evidence(problem)
    return services.verify_and_close(problem, actor=county(world))


def put_evidence(problem: Problem, item: str = "after") -> None:
    """A photograph of the state after."""
    from hengjian.base import clock

    kept = Evidence(name="整改后.jpg", media_type="image/jpeg", size=3, sha256="0" * 64, kept_at=clock.now(),
                    uploaded_by_name="质量负责人").owned_by(problem)
    use = EvidenceUse(evidence=kept, object_type="rectification.problem", object_id=problem.pk, item=item,
                      attached_at=clock.now(), attached_by_name="质量负责人").owned_by(problem)
    factories.keep(kept, use)


def fresh(problem: Problem) -> Problem:
    """The row as it is in the database."""
    return all_of(Problem).get(pk=problem.pk)
