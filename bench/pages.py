"""Every page that is looked at, with an object to look at and one who may: found from the register of routes, none forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# Which table an id in an address speaks of; the largest object of it is looked at.
OBJECTS = {
    "account_id": "parties.Account", "evidence_id": "dossier.Evidence", "document_id": "dossier.Document", "institution_id": "registry.Institution",
    "person_id": "registry.Person", "enterprise_id": "registry.Enterprise", "run_id": "registry.ImportRun", "problem_id": "rectification.Problem",
    "order_id": "enforcement.Order", "case_id": "enforcement.Case", "visit_id": "supervision.Visit", "campaign_id": "campaigns.Campaign",
    "authority_id": "parties.Authority", "plan_id": "campaigns.Plan", "supplement_id": "campaigns.Supplement", "extension_id": "campaigns.Extension",
    "letter_id": "campaigns.Notice", "submission_id": "campaigns.Submission", "return_id": "campaigns.StatReturn", "report_id": "campaigns.WorkReport",
    "story_id": "campaigns.CaseStory", "definition_id": "forms.FormDefinition", "target_id": "campaigns.Target", "message_id": "parties.Message",
}
LATEST = {"campaigns.Campaign": "-issued_on", "campaigns.Submission": "-filed_at", "campaigns.StatReturn": "-filed_at"}
NOT_PAGES = re.compile(r"\.(xlsx|zip|hjproof)$|<(slug|str):fmt>|<slug:kind>$|/original/$|/display/$|/marked/$|/export/$|download|/rows|template/|2fa|logout|verify/")
ROLES = ("supervisor", "leader", "authority_admin", "quality_manager", "audit_admin", "security_admin", "system_admin")


@dataclass(frozen=True)
class Page:
    """A page as one person sees it."""

    name: str
    role: str
    level: str
    address: str

    @property
    def key(self) -> str:
        """The page without the object."""
        return f"{self.name} ({self.role}{' of ' + self.level if self.level else ''})"


def viewers() -> Iterator[tuple[Any, str, str]]:
    """One account of each role, of supervisors one on each level, with the most to see."""
    from hengjian.parties.models import Post  # needs Django set up

    for role in ROLES:
        held = Post.objects.filter(role=role, valid_to=None).select_related("account", "authority", "organisation").order_by("valid_from", "id")
        seen: set[str] = set()
        for post in held:
            level = post.authority.level if post.authority else ""
            if level not in seen:
                seen.add(level)
                yield post, role, level


def pages(post: Any, role: str, level: str) -> Iterator[Page]:
    """The pages that a post may look at, each with an object of its scope."""
    from hengjian.base.routes import routes  # both need Django set up
    from hengjian.parties.actors import actor_for

    actor = actor_for(post.account, post)
    for pattern, name, rule in routes():
        if rule is None or rule.is_public or NOT_PAGES.search(pattern) or (rule.roles and role not in rule.roles):
            continue
        address = _filled(pattern, actor)
        if address is not None:
            yield Page(name, role, level, address)


def _filled(pattern: str, actor: Any) -> str | None:
    """The address with ids in it; None when there is nothing to look at or the address takes something else."""
    address = "/" + pattern.removeprefix("^").removesuffix("$")
    if pattern.startswith("open/") or "<str:object_type>" in pattern:
        found = _object("registry.Institution", actor)
        return address.replace("<str:object_type>", "registry.institution").replace("<uuid:object_id>", str(found)) if found else None
    for name in re.findall(r"<uuid:(\w+)>", address):
        found = _object(OBJECTS[name], actor) if name in OBJECTS else None
        if found is None:
            return None
        address = address.replace(f"<uuid:{name}>", str(found))
    return None if "<" in address or "(?P" in address else address


def _object(label: str, actor: Any) -> Any:
    from django.apps import apps  # needs Django set up

    model = apps.get_model(label)
    rows = model.objects.within(actor.scope)
    if label == "parties.Message":
        rows = rows.filter(account_id=actor.id)
    return rows.order_by(LATEST.get(label, "-pk"), "pk").values_list("pk", flat=True).first()
