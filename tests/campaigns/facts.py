"""A small world of facts for tables, reports and dashboards, all made through the services."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from hengjian.campaigns.models import StatReturn
from hengjian.campaigns.services import filing, selfcheck
from hengjian.enforcement import services as enforcement
from hengjian.parties.models import AuthorityEdition
from hengjian.rectification import services as rectification
from hengjian.rectification.models import Problem
from hengjian.registry import services as registry
from hengjian.registry.models import Employment
from hengjian.supervision import services as supervision
from tests import factories
from tests.campaigns.selfchecks import ALL_YES, Scene, fill, names, scene, verified_person
from tests.factories import all_of, keep
from tests.memory import remembered

OFFICERS = [{"name": "韩知行", "card": "99010001"}, {"name": "程以宁", "card": "99010002"}]
FIGURES = {
    "institutions_self_checked": 2, "people_checked": 4,
    "practice_problem_people": 1, "practice_cancelled_people": 1,
    "education_problem_people": 1, "education_cancelled_people": 0,
    "title_problem_people": 0, "title_cancelled_people": 0,
    "staffing_unmet_institutions": 1, "staffing_rectified_institutions": 0,
    "authenticity_problem_institutions": 1, "authenticity_rectified_institutions": 0,
    "institutions_inspected": 2, "institutions_inspected_on_site": 1, "institutions_with_violations": 1,
    "orders_issued": 1, "cases_filed": 1, "examination_institutions_inspected": 1,
}


@dataclass
class Facts:
    """The scene of 东浦区's institution, that of 赤岩县's, and the examination body."""

    dong: Scene
    chi: Scene
    exam: Any

    @property
    def world(self) -> factories.World:
        return self.dong.world

    def ret(self, authority: Any, round_: int = 1) -> StatReturn:
        """The table of an authority, fresh."""
        held = all_of(StatReturn).select_related("authority", "campaign", "checker")
        return held.get(authority=authority, round=round_, campaign=self.dong.campaign)

    def officer(self, authority: Any) -> Any:
        """The supervisor of an authority."""
        return self.world.officer(authority)

    def problem(self, kind: str) -> Problem:
        """The problem of a kind."""
        return all_of(Problem).get(kind=kind)


@remembered
def facts(clock: Any) -> Facts:
    """Two self-checks filed (four people, three answers “否”), three visits, one order, one case, one practice cancelled."""
    dong = scene(clock)
    world = dong.world
    keep(*[AuthorityEdition(authority=one, name=one.name, path=one.path, parent_path=one.parent.path if one.parent else "", valid_from=factories.START)
           for one in [world.province, *world.cities, *world.counties, world.zone]])
    exam = factories.institution("青麓特种设备考试中心", world.counties[1], kind="examination")
    chi = replace(dong, institution=world.institutions[1], clerk=world.clerk(world.institutions[1]), county=world.officer(world.counties[2]))
    verified_person("温怀瑾", chi.institution)
    _self_checks(dong, chi)
    _oversight(dong, chi, exam)
    return Facts(dong, chi, exam)


def _self_checks(dong: Scene, chi: Scene) -> None:
    submission = dong.begun()
    fill(submission, dong.clerk, dict.fromkeys(names(submission), ALL_YES))
    fill(submission, dong.clerk, {"沈砚秋": {"real_practice": "否", "remarks": "社保在外单位"}, "周以宁": {"education_genuine": "否", "remarks": "学信网查无"}})
    selfcheck.claim_staffing(dong.submission(), actor=dong.clerk, value="否")
    dong.file()
    chi.filed()
    job = all_of(Employment).get(person__name="沈砚秋")
    registry.cancel_practice(job, actor=dong.clerk, on=date(2024, 7, 10), reason="未在本单位真实执业")


def _oversight(dong: Scene, chi: Scene, exam: Any) -> None:
    campaign = dong.campaign.id
    seen = {"kind": "campaign", "visited_on": date(2024, 7, 10), "officers": OFFICERS, "campaign_id": campaign}
    supervision.record_visit(dong.institution, actor=dong.county, on_site=True, findings="抽查报告未按规范检验。", violation_kinds=["not_per_rules"], **seen)
    supervision.record_visit(chi.institution, actor=chi.county, on_site=False, findings="未发现问题。", **seen)
    supervision.record_visit(exam, actor=dong.world.officer(dong.world.counties[1]), on_site=True, findings="考试过程监控完整。", **seen)
    order = enforcement.draft_order(
        actor=dong.county, owner_row=dong.institution, facts="抽查报告未按规范检验。", provisions="《特种设备安全法》第五十三条", measure="重新检验",
        due_on=date(2024, 7, 24), officers=OFFICERS, campaign_id=campaign, problem_id=all_of(Problem).get(kind="record").pk,
    )
    enforcement.serve_order(order, actor=dong.county, receipt_kind="signed", received_by="许若谷")
    enforcement.file_case(
        actor=dong.county, owner_row=dong.institution, cause="未按规范检验", facts="抽查报告未按规范检验。", provisions=["not_per_rules"], officers=OFFICERS,
        campaign_id=campaign,
    )


def put_right(at: Facts, kind: str) -> Problem:
    """Lead a problem to its end."""
    scene_ = at.dong
    problem = at.problem(kind)
    if problem.state == "proposed":
        problem = rectification.confirm_problem(problem, actor=scene_.county, severity=2, due_on=date(2024, 7, 22))
    problem = rectification.plan_rectification(problem, actor=scene_.clerk, measure="已办理", responsible_name="许若谷", responsible_department="质量部")
    problem = rectification.report_rectified(problem, actor=scene_.clerk, text="整改完毕，材料齐全。")
    return rectification.verify_and_close(problem, actor=scene_.county, reason="现场核查属实，无须另附材料。")


def accept(at: Scene) -> None:
    """The county accepts what was filed."""
    filing.accept_submission(at.submission(), actor=at.county)
