"""A campaign that runs, an institution with people, and its self-check: what the tests of self-checks begin with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from hengjian.base.actions import audited_action
from hengjian.campaigns import services
from hengjian.campaigns.models import Campaign, Submission
from hengjian.campaigns.queries import selfcheck as queries
from hengjian.campaigns.services import selfcheck, selfcheck_filing
from hengjian.forms import queries as forms
from hengjian.forms.models import SheetLine
from hengjian.forms.services import CellWrite, load_definitions
from hengjian.registry.models import Education, Employment, InsuranceMonth, Title, Verification
from tests import factories
from tests.factories import SYSTEM, all_of
from tests.memory import remembered

HUNAN = "cn-43.2024-standardisation.campaign"
SHANGHAI = "cn-31.2024-317.campaign"
DAY = (2024, 7, 10, 10)
ALL_YES = {"real_practice": "是", "education_genuine": "是", "title_genuine": "-"}


@dataclass
class Scene:
    """The small world with a campaign that runs."""

    world: factories.World
    campaign: Campaign
    institution: Any
    clerk: Any
    county: Any

    def submission(self, key: str = "self_check") -> Submission:
        """The institution's submission, fresh."""
        found = all_of(Submission).get(target__institution=self.institution, key=key)
        return queries.submission_by_id(self.clerk.scope, found.pk)

    @remembered
    def begun(self, key: str = "self_check") -> Submission:
        """The submission with its sheet open."""
        selfcheck.begin_selfcheck(self.submission(key), actor=self.clerk)
        return self.submission(key)

    @remembered
    def filed(self, answers: dict[str, dict[str, str]] | None = None, key: str = "self_check") -> Submission:
        """The submission filed: everybody answered alike, but those named in ``answers``."""
        submission = self.submission(key)
        if submission.state == "idle":
            submission = self.begun(key)
        fill(submission, self.clerk, dict.fromkeys(names(submission), ALL_YES))
        fill(submission, self.clerk, answers or {})
        return self.file(key)

    @remembered
    def file(self, key: str = "self_check") -> Submission:
        """File what is filled in."""
        selfcheck_filing.file_selfcheck(
            self.submission(key), actor=self.clerk, filler_name="许若谷", filler_phone="13800005678", filled_on=date(2024, 7, 10)
        )
        return self.submission(key)


@remembered
def scene(clock: Any, template: str = HUNAN, people: tuple[str, ...] = ("沈砚秋", "周以宁", "陆青禾")) -> Scene:
    """A campaign launched from a template on 11 June, and one institution with people, on 10 July."""
    load_definitions(actor=SYSTEM)
    clock.set(2024, 6, 11, 10)
    world = factories.world()
    institution = world.institutions[0]
    for name in people:
        verified_person(name, institution)
    officer = world.officer(world.province)
    campaign = services.launch_campaign(services.draft_campaign(
        forms.definition(officer.scope, template), actor=officer, issuer=world.province, campaign_title="澜川省年行动",
        short_title="年行动", document_number="澜市监办特设〔2024〕21号", issued_on=date(2024, 6, 11),
    ), actor=officer)
    clock.set(*DAY)
    return Scene(world, campaign, institution, world.clerk(institution), world.officer(world.counties[0]))


def verified_person(name: str, institution: Any, **more: Any) -> Any:
    """A person with nothing against them: insured for 12 months, certified, diploma verified, no title."""
    row = factories.person(name, institution, months=13, **more)
    education = all_of(Education).get(person=row)
    factories.keep(Verification(person=row, education=education, method="chsi", result="genuine", verified_on=date(2024, 6, 20)))
    return row


def paid_by(person: Any, institution: Any, months: list[date], payer: str = "云汀承压设备检验站") -> None:
    """These months of insurance were paid by another, not by the institution."""
    unpaid(person, months)
    factories.keep(*[InsuranceMonth(person=person, month=m, payer_id="91990000MA00000019", payer_name=payer) for m in months])


def unpaid(person: Any, months: list[date]) -> None:
    """Nobody paid in these months."""
    with audited_action("test.unpaid", actor=SYSTEM) as act:
        for row in all_of(InsuranceMonth).filter(person=person, month__in=months):
            act.remove(row)


def titled(person: Any, name: str = "高级工程师", result: str = "", **more: Any) -> Title:
    """Give a person a title, verified with a result if one is given."""
    title = Title(person=person, title=name, awarded_on=date(2018, 1, 1))
    factories.keep(title)
    if result:
        factories.keep(Verification(person=person, title=title, method="review_form", result=result, verified_on=date(2024, 6, 20), **more))
    return title


def also_at(person: Any, institution: Any, **more: Any) -> Employment:
    """A second employment of a person."""
    row = Employment(person=person, institution=institution, started_on=date(2023, 5, 1), **more).owned_by(institution)
    factories.keep(row)
    return row


def names(submission: Submission) -> list[str]:
    """Labels of the lines, in order."""
    return [line.label for line in lines(submission)]


def lines(submission: Submission) -> list[SheetLine]:
    """The lines of a submission, fresh."""
    return list(all_of(SheetLine).filter(sheet=submission.sheet).order_by("position"))


def line(submission: Submission, label: str) -> SheetLine:
    """One line by its label."""
    return next(one for one in lines(submission) if one.label == label)


def fill(submission: Submission, actor: Any, answers: dict[str, dict[str, str]]) -> None:
    """Fill cells by label of the line and column."""
    keys = {one.label: one.key for one in lines(submission)}
    writes = [CellWrite(keys[label], column, value) for label, values in answers.items() for column, value in values.items()]
    done = selfcheck.fill_selfcheck(submission, actor=actor, writes=writes)
    assert [one.message for one in done if one.status != "saved"] == []
