"""Evidence put to an order (receipt, report of rectification, re-check) and to a case."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hengjian.base.actions import audited_action, title
from hengjian.dossier.models import Evidence
from hengjian.dossier.services import keep_evidence
from hengjian.enforcement import policy
from hengjian.enforcement.models import Case, Order
from hengjian.enforcement.queries import CASE_TYPE, ORDER_TYPE

ATTACH = title("enforcement.add_evidence", "添加指令证据")
ATTACH_CASE = title("enforcement.add_case_evidence", "添加案件证据")


def add_evidence(order: Order, *, actor: Any, file_name: str, data: bytes, item: str, note: str = "") -> Evidence:
    """Keep a file as evidence of an order; ``item`` is receipt, answer or recheck."""
    with audited_action(ATTACH, actor=actor) as act:
        row = act.take(order)
        act.require(policy.may_attach(actor, row), _("只有收到指令的单位和监管部门可以添加证据。"))
        return keep_evidence(
            file_name, data, actor=actor, owner_row=row, object_type=ORDER_TYPE, object_id=row.pk, item=item, note=note
        )


def add_case_evidence(case: Case, *, actor: Any, file_name: str, data: bytes, note: str = "") -> Evidence:
    """Keep a file as evidence of a case."""
    with audited_action(ATTACH_CASE, actor=actor) as act:
        row = act.take(case)
        act.require(policy.may_handle(actor, row), _("只有本辖区的监管人员可以办理。"))
        return keep_evidence(
            file_name, data, actor=actor, owner_row=row, object_type=CASE_TYPE, object_id=row.pk, item="case", note=note
        )
