"""What campaigns do when lower apps have committed something."""

from uuid import UUID

from hengjian.base.actions import Event, on
from hengjian.base.links import tells_campaigns, tells_hidden_names
from hengjian.base.scope import EVERYTHING, Scope
from hengjian.campaigns import queries, services
from hengjian.campaigns.models import Campaign
from hengjian.campaigns.states import CampaignState
from hengjian.parties.actors import everything_actor

REGISTER_CHANGES = (
    "import_rows", "add_person", "change_person", "add_employment", "change_employment", "end_employment", "register_practice", "cancel_practice",
    "add_credential", "change_credential", "cancel_credential", "add_education", "change_education", "add_title", "change_title",
    "record_verification", "add_insurance_months", "add_approval", "change_approval", "load_staffing_rules", "enter_staffing_rule",
)
"""Acts of the register on which the cross-checks of self-checks rest."""


@on("registry.add_institution")
@on("registry.change_institution")
@on("registry.resume_institution")
@on("registry.import_rows")
def name_new_institutions(event: Event) -> None:
    """An institution that comes into the register joins the campaigns that are running."""
    if event.ids.get("registry.institution"):
        services.join_running_campaigns(actor=everything_actor("系统"))


@on("parties.add_authority")
@on("parties.move_authority")
@on("parties.close_authority")
def take_in_after_change(event: Event) -> None:
    """Campaigns that now reach further: plans to relay, tables owed, institutions named."""
    services.take_in_after_change(event.ids.get("parties.authority", []), actor=everything_actor("系统"))


@on("parties.reseat_organisations")
def name_institutions_that_came(_event: Event) -> None:
    """An institution that came under another authority joins the campaigns that run there."""
    services.join_running_campaigns(actor=everything_actor("系统"))


def hold_claims_against_the_register(event: Event) -> None:
    """What changed in the register may bear out a claim of an open self-check, or contradict it."""
    services.recheck_changed(event.ids, actor=everything_actor("系统"))


for _code in REGISTER_CHANGES:
    on(f"registry.{_code}")(hold_claims_against_the_register)


@tells_hidden_names
def hides_names(campaign_id: UUID) -> bool:
    """For the pages below: whether a campaign hides the names of superiors from those below."""
    held = Campaign.objects.within(EVERYTHING).filter(pk=campaign_id).first()
    return held is not None and bool(held.body.get("hide_superiors"))


@tells_campaigns
def campaigns_known(scope: Scope, only_running: bool) -> list[tuple[str, str]]:
    """For the pages below that keep campaigns by id alone: launched ones, newest first, as id and short title."""
    found = queries.campaigns_seen(scope).exclude(state=CampaignState.DRAFT)
    if only_running:
        found = found.filter(state=CampaignState.RUNNING)
    return [(str(key), short or title) for key, short, title in found.values_list("pk", "short_title", "title")]
