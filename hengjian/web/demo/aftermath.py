"""What follows the self-checks: problems put right, inspections, orders, cases, tables collated upwards, exports."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hengjian.base import clock
from hengjian.base.scope import EVERYTHING
from hengjian.campaigns import documents
from hengjian.campaigns import services as campaigns
from hengjian.campaigns.models import Campaign, StatReturn
from hengjian.enforcement import services as enforcement
from hengjian.enforcement.states import VIOLATION_CLAUSES, Violation
from hengjian.parties import services as parties
from hengjian.rectification import services as problems
from hengjian.rectification.models import Problem
from hengjian.registry import services as registry
from hengjian.registry.models import Credential, Employment, Institution
from hengjian.supervision.services import record_visit
from hengjian.web.demo import stage
from hengjian.web.demo.acts import Play, Told

FORMATS = ("xlsx", "docx", "pdf")
MEASURES = {
    "practice": "核清社保和在岗情况；不能到岗的取消执业公示", "education": "停止其检验检测工作，报发证机关处理",
    "title": "由本人到人社部门核实，核实前不作为资格条件计算", "staffing": "补充聘用持证人员并连续缴纳社保",
}
# What was found, and which of the eight violations of 特种设备安全法 第九十三条 it is.
FINDINGS = [
    ("检测仪器超过校准有效期9天仍在使用", 1), ("1台压力容器检验记录与报告的测厚数据不一致", 2), ("气瓶残液处理记录缺失3日", 1),
    ("2份电梯定期检验报告的原始记录缺少检验人员签字", 1), ("1份报告的审核人不持有相应项目资格", 0), ("现场检验人员与报告签字人员不一致", 2),
]


def put_right(play: Play) -> None:
    """Problems are confirmed, planned, reported, verified and closed; some stay open, some are late."""
    held = list(Problem.objects.within(EVERYTHING).filter(campaign_id=play.running.id).order_by("found_at", "number"))
    for n, problem in enumerate(held, start=1):
        stage.at(7, 22, 9 + n % 9, n % 60)
        share = play.rng.random()
        if problem.state == "proposed" and share < 0.85:
            officer = stage.officer(stage.seat_of(problem.org_area))
            problem = problems.confirm_problem(problem, actor=officer, severity=2 if problem.kind != "education" else 3, due_on=date(2024, 7, 23 if share > 0.6 else 31) if share > 0.4 else date(2024, 8, 9))
        if problem.state == "confirmed" and share < 0.72:
            _carry_through(problem, share)
        play.told(n, len(held), "问题整改")


def _carry_through(problem: Problem, share: float) -> None:
    clerk, head = stage.clerk(problem.org_id), stage.clerk(problem.org_id, "unit_head")
    problem = problems.plan_rectification(
        problem, actor=clerk, measure=MEASURES.get(problem.kind, "按规定整改"), responsible_name=head.name, responsible_department="人事部门",
        responsible_id=head.id, at_once=share < 0.3,
    )
    if share >= 0.6:
        return
    _act_on_people(problem)
    problem = problems.report_rectified(problem, actor=clerk, text="已按整改举措办理完毕，有关材料附后。")
    if share < 0.36:
        officer = stage.officer(stage.seat_of(problem.org_area), "leader")
        problems.verify_and_close(problem, actor=officer, reason="已核对执业公示和发证机关的办理结果，无须另附材料。")


def _act_on_people(problem: Problem) -> None:
    """Cancel the practice registration, or the certificates, of the person that the problem is about."""
    today = clock.today()
    if problem.subject_id is None:
        return
    if problem.kind == "practice":
        clerk = stage.clerk(problem.org_id)
        for job in Employment.objects.within(clerk.scope).filter(person_id=problem.subject_id, institution_id=problem.org_id, practice_cancelled_on__isnull=True):
            registry.cancel_practice(job, actor=clerk, on=today, reason="不在本单位真实执业，自查后取消执业公示")
    elif problem.kind in {"education", "title"}:
        province = stage.officer(stage.authority("99"))
        for credential in Credential.objects.within(province.scope).filter(person_id=problem.subject_id, cancelled_on__isnull=True):
            registry.cancel_credential(credential, actor=province, on=today, reason="取证时提交的证明材料不真实，由发证机关注销")


def inspect(play: Play) -> None:
    """Inspections of lists that must be covered in full, with violations, orders and cases."""
    held = [i for i in Institution.objects.within(EVERYTHING).order_by("name") if set(i.specialities) & {"cylinder", "lift", "gas_pipeline"} or i.kind == "examination"]
    chosen = [i for i in held if i.kind == "examination" or play.rng.random() < 0.62]
    faults = iter(FINDINGS)
    for n, institution in enumerate(chosen, start=1):
        stage.at(7, 23, 9 + n // 5, (n * 11) % 60)
        authority = stage.seat_of(institution.org_area)
        actor, officers = stage.officer(authority), stage.officers_of(authority)
        fault, which = next(faults, ("", 0)) if institution.kind != "examination" and n % 4 == 0 else ("", 0)
        kinds = [Violation.values[which]] if fault else []
        visit = record_visit(
            institution, actor=actor, kind="campaign", visited_on=date(2024, 7, play.rng.randint(3, 23)), on_site=play.rng.random() < 0.7, officers=officers,
            findings=fault or "抽查5份报告及原始记录、人员资格和仪器校准，未见异常。", handling="责令限期改正" if fault else "", violation_kinds=kinds,
            campaign_id=play.running.id,
        )
        if fault:
            _enforce(play, visit, fault, kinds[0], n)
        play.told(n, len(chosen), "监督检查")


def _enforce(play: Play, visit: Any, fault: str, violation: str, n: int) -> None:
    authority = stage.seat_of(visit.org_area)
    actor, officers = stage.officer(authority), stage.officers_of(authority)
    order = enforcement.draft_order(
        actor=actor, owner_row=visit, facts=fault, provisions=VIOLATION_CLAUSES[violation], measure="立即停止违法行为，限期改正，并书面报告整改情况。",
        due_on=clock.today() + timedelta(days=15), officers=officers, visit_id=visit.id, campaign_id=play.running.id,
    )
    if n % 5:
        order = enforcement.serve_order(order, actor=actor, receipt_kind="signed", received_by=stage.clerk(visit.org_id).name)
    if n % 8 == 0:
        enforcement.file_case(
            actor=actor, owner_row=visit, cause="涉嫌出具失实检验报告", facts=fault, provisions=[violation], officers=officers,
            found_on=visit.visited_on, visit_id=visit.id, campaign_id=play.running.id,
        )


def collate(play: Play) -> None:
    """Counties, cities and the zone file their tables; each level accepts those below; the province files its own."""
    held = list(StatReturn.objects.within(EVERYTHING).filter(campaign=play.running, round=1).select_related("authority", "checker", "campaign"))
    order = sorted(held, key=lambda ret: -ret.authority.depth)
    for n, ret in enumerate(order, start=1):
        stage.at(7, 24, 7, n)
        actor = stage.officer(ret.authority, "leader")
        campaigns.file_return(ret, actor=actor, drawn=documents.draw_table(actor.scope, ret))
        if ret.checker is not None:
            ret.refresh_from_db()
            campaigns.accept_return(ret, actor=stage.officer(ret.checker))
        play.told(n, len(order), "逐级汇总")
    _announce_a_district()


def _announce_a_district() -> None:
    """A county becomes a district in October: the change waits for its day on the page of the tree."""
    admin, county = stage.actor_named("province-admin"), stage.authority("990103")
    parties.rename_authority(county, actor=admin, name="南陌区市场监督管理局", on=date(2024, 10, 8), reason="经批准撤县设区，原县局同日更名")


def export(campaign: Campaign, told: Told, out: Path) -> None:
    """Write the province's table in the official layout as xlsx, docx and pdf; what is there already stays."""
    province = stage.authority("99")
    ret = StatReturn.objects.within(EVERYTHING).get(campaign=campaign, authority=province, round=1)
    missing = [path for path in (out / f"附件2-全省.{fmt}" for fmt in FORMATS) if not path.exists()]
    for n, path in enumerate(missing, start=1):
        _, data = documents.statistics_file(stage.officer(province), ret, path.suffix[1:])
        path.write_bytes(data)
        told(n, len(missing), "导出统计表")
