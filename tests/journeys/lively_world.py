"""The demonstration province, smaller and further on: something of everything that a page can show, in many states."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from hengjian.base import clock
from hengjian.base.ledger import checks
from hengjian.base.ledger.sequencer import sequence_all
from hengjian.campaigns import documents, services
from hengjian.campaigns.models import Campaign, StatReturn, Submission, WorkReport
from hengjian.campaigns.queries import selfcheck as selfcheck_queries
from hengjian.campaigns.services import papers, reports, stories
from hengjian.campaigns.states import TASK_FORM
from hengjian.dossier import services as dossier
from hengjian.forms import queries as forms
from hengjian.forms.models import SheetEdition
from hengjian.parties.models import Account, Authority, Post
from hengjian.rectification import services as problems
from hengjian.rectification.models import Problem
from hengjian.registry import exchange
from hengjian.registry import services as registry
from hengjian.registry.identifiers import fake_uscc
from hengjian.web.demo import play, stage
from tests.dossier import files
from tests.factories import all_of
from tests.registry.books import roster

PEOPLE = 400
CHECKLISTS = "cn-31.2024-317.campaign"
KINDS = ("inspection", "testing")


class Upload:
    """A file as a browser hands it in."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name, self.data = name, data

    def read(self) -> bytes:
        return self.data


def make(folder: Path) -> dict[str, tuple[Account, str]]:
    """Play the demonstration, go on from its end; return an account for each of those whose pages differ, and its role."""
    play(folder, lambda _done, _all, _what: None, people=PEOPLE)
    stage.at(7, 25, 10)
    campaign = all_of(Campaign).get()
    province = stage.officer(stage.authority("99"))
    _register(campaign)
    second = _checklists(province)
    _drafts(province)
    _filings(campaign)
    _tables(campaign)
    _tell(campaign)
    _problems()
    _second_factor()
    sequence_all()
    checks.ask("verify", actor=stage.actor_named("audit-admin"))
    checks.run_asked()
    return _cast(campaign, second)


def _register(campaign: Campaign) -> None:
    """An enterprise with a lift, a roster that waits for its faults to be mended, one that was imported."""
    county = stage.officer(stage.authority("990101"))
    enterprise = registry.add_enterprise(actor=county, name="青麓云栖物业有限公司", uscc=fake_uscc(Random(5)), area=county.area)
    registry.add_equipment(enterprise, actor=county, code="31009901012024000001", category="3000", next_due_on=date(2024, 9, 1))
    org = _submission(campaign, "draft").org_id
    clerk = stage.clerk(org)
    exchange.check_file(actor=clerk, file_name="花名册.xlsx", data=roster(6, faults={2: {"级别": "特级"}, 4: {"身份证号": None}}))
    whole = exchange.check_file(actor=clerk, file_name="新聘人员.xlsx", data=roster(3, seed=8))
    exchange.confirm_run(whole, actor=clerk, sha256=whole.sha256)


def _submission(campaign: Campaign, state: str) -> Submission:
    """A self-check in this state; the first of those whose institution does no other."""
    held = all_of(Submission).filter(campaign=campaign, state=state, key="self_check").select_related("checker", "campaign").order_by("id")
    return min(held, key=lambda one: all_of(Submission).filter(org_id=one.org_id, state="draft").exclude(pk=one.pk).count())


def _draft(actor: Any, title: str, template: str | None, issuer: Authority, **changes: Any) -> Campaign:
    body = forms.definition(actor.scope, template) if template else None
    return services.draft_campaign(
        body, actor=actor, issuer=issuer, campaign_title=title, short_title=title, document_number="青市监特〔2024〕31号", issued_on=clock.today(),
        changes=changes,
    )


def _checklists(province: Any) -> Campaign:
    """A second campaign whose form is a checklist of five sections, begun by an institution, with the document attached."""
    city = stage.authority("9901")
    officer = stage.officer(city)
    later = {"phases": [{"key": "selfcheck", "title": "自查自纠", "starts_on": "2024-07-01", "ends_on": "2024-12-31"}]}
    held = _draft(officer, "青麓市机构规范化检查", CHECKLISTS, city, **later)
    due = [{**one, "due_on": "2024-12-15"} if "due_on" in one else one for one in held.body["deadlines"]]
    held = services.edit_draft(held, actor=officer, changes={"deadlines": due})
    papers.keep_papers(held, [Upload("通知.pdf", files.pdf())], actor=officer)
    held.refresh_from_db()
    launched = services.launch_campaign(held, actor=officer)
    for filing in all_of(Submission).filter(campaign=launched).order_by("id")[:2]:
        services.begin_selfcheck(selfcheck_queries.submission_by_id(stage.clerk(filing.org_id).scope, filing.pk), actor=stage.clerk(filing.org_id))
    return launched


def _drafts(province: Any) -> None:
    """A campaign that is being drawn up."""
    _draft(province, "气瓶检验机构专项检查", "cn-43.2024-standardisation.campaign", stage.authority("99"))


def _filings(campaign: Campaign) -> None:
    """More time asked for; a letter to a late institution; a photo beside a line."""
    waiting = _submission(campaign, "draft")
    clerk = stage.clerk(waiting.org_id)
    services.ask_extension(waiting, actor=clerk, wanted_on=date(2024, 8, 20), reason="学信网核验排队，需要多十天")
    late = next(one for one in all_of(Submission).filter(campaign=campaign, state__in=["idle", "draft", "returned"]).select_related("checker")
                if one.due_on < clock.today())
    services.issue_notice(
        campaign, actor=stage.officer(late.checker), issuer=late.checker, rows=[late], matter="逾期未报送自查表，请于三日内报送。", paper=documents.letter_paper,
    )


def _tables(campaign: Campaign) -> None:
    """A table revised with a correction and filed again; a work report handed in, another being written."""
    county = stage.authority("990101")
    leader = stage.officer(county, "leader")
    ret = all_of(StatReturn).select_related("authority", "checker", "campaign").get(campaign=campaign, authority=county, round=1)
    services.revise_return(ret, actor=leader, reason="补录一家机构的检查结果")
    ret.refresh_from_db()
    services.correct_figure(ret, actor=leader, figure="institutions_inspected", computed=1, corrected=2, reason="补录七月二十四日的检查")
    services.file_return(ret, actor=leader, drawn=documents.draw_table(leader.scope, ret))
    for authority in (county, stage.authority("9901")):
        report = all_of(WorkReport).filter(campaign=campaign, authority=authority).select_related("authority", "campaign").order_by("round").first()
        actor, figures = stage.officer(authority), documents.report_figures(stage.officer(authority).scope, report)
        sections = documents.report_draft_of(actor.scope, report, figures)
        report = reports.begin_report(report, actor=actor, sections=sections)
        if authority is county:
            reports.file_report(report, actor=actor, sections=sections, figures=figures.values())


def _tell(campaign: Campaign) -> None:
    """A good practice told by the county."""
    county = stage.authority("990101")
    stories.tell_story(
        campaign, actor=stage.officer(county), authority=county, kind="practice", story_title="集中核验学历", checked=True, keywords="学历 核验",
        text="组织辖区机构集中登录学信网逐人核验，一周内完成全部核验。",
    )


def _problems() -> None:
    """A photo beside a problem; more time asked for it; an order drafted and not served."""
    open_ = all_of(Problem).filter(state="rectifying").order_by("number").first()
    clerk = stage.clerk(open_.org_id)
    dossier.keep_evidence("整改现场.jpg", files.photo(), actor=clerk, owner_row=open_, object_type="rectification.problem", object_id=open_.pk, item="after")
    problems.ask_extension(open_, actor=clerk, until=open_.due_on + timedelta(days=20), reason="配件到货要两周，请准予延期")


def _second_factor() -> None:
    """The security administrator signs in with a second factor and holds codes for a lost telephone."""
    account = Account.objects.get(username="security-admin")
    TOTP.activate(account, generate_totp_secret())
    RecoveryCodes.activate(account)
    assert Authenticator.objects.filter(user=account).count() == 2


def _cast(campaign: Campaign, second: Campaign) -> dict[str, tuple[Account, str]]:
    """Whose pages differ: each role, each level, and institutions at different points of their work."""
    checklist = all_of(Submission).filter(campaign=second, state="draft").first().org_id
    filling, returned = (_submission(campaign, state) for state in ("draft", "returned"))
    refiled = all_of(SheetEdition).filter(number=2).select_related("sheet__submission").first().sheet.submission
    tasked = all_of(Submission).filter(form_code=TASK_FORM).order_by("id").first()
    troubled = all_of(Problem).filter(state="rectifying").order_by("number").first().org_id
    named = {"province": "province", "city": "9901", "county leader": "990101-leader", "province administrator": "province-admin",
             "system": "system-admin", "security": "security-admin", "audit": "audit-admin"}
    found = {who: Account.objects.get(username=username) for who, username in named.items()}
    for who, org, role in (
        ("filling", filling.org_id, "quality_manager"), ("returned", returned.org_id, "quality_manager"), ("refiled", refiled.org_id, "quality_manager"),
        ("checklist", checklist, "quality_manager"), ("tasked", tasked.org_id, "quality_manager"), ("troubled head", troubled, "unit_head"), ("institution administrator", filling.org_id, "institution_admin"),
    ):
        found[who] = Post.objects.filter(organisation_id=org, role=role).select_related("account")[0].account
    return {who: (account, Post.objects.filter(account=account)[0].role) for who, account in found.items()}
