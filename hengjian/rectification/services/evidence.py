"""Evidence before, after, and at the check after 90 days."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput
from hengjian.dossier.models import Evidence
from hengjian.dossier.services import keep_evidence
from hengjian.rectification import policy
from hengjian.rectification.models import Problem
from hengjian.rectification.queries import OBJECT_TYPE
from hengjian.rectification.states import AFTER, BEFORE, RECHECK

ATTACH = title("rectification.add_evidence", "添加整改证据")


def add_evidence(
    problem: Problem, *, actor: Any, file_name: str, data: bytes, item: str = AFTER, note: str = ""
) -> Evidence:
    """Keep a file as evidence of the state before, after, or at the re-check of a problem.

    Raises:
        BadInput: no such item, or a file that the intake refuses (active PDF, macros, unknown type).
        NotAllowed: neither the unit nor its authority.
    """
    if item not in (BEFORE, AFTER, RECHECK):
        raise BadInput("item", _("请选择整改前、整改后或复查。"))
    with audited_action(ATTACH, actor=actor) as act:
        row = act.take(problem)
        act.require(policy.may_attach(actor, row), _("只有责任单位和负责监管的部门可以添加证据。"))
        return keep_evidence(
            file_name, data, actor=actor, owner_row=row, object_type=OBJECT_TYPE, object_id=row.pk,
            item=item, note=note,
        )
