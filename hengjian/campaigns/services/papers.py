"""The official documents that come with a campaign and with the plans of the levels, kept as evidence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hengjian.base.actions import audited_action, title
from hengjian.campaigns import policy
from hengjian.campaigns.models import Campaign, Plan
from hengjian.dossier import services as dossier

ATTACH = title("campaigns.attach_document", "上传文件原件")


def keep_papers(row: Campaign | Plan, files: Iterable[Any], *, actor: Any) -> int:
    """Keep uploaded documents with a campaign or plan; the last one is the document of the campaign.

    Raises:
        BadInput: a file is refused; the reason says why.
    """
    count = 0
    with audited_action(ATTACH, actor=actor) as act:
        for file in files:
            row = act.take(row)
            allowed = policy.may_launch(actor, row) if isinstance(row, Campaign) else policy.may_issue_plan(actor, row)
            act.require(allowed, "只能上传本单位的文件。")
            kept = dossier.keep_evidence(file.name, file.read(), actor=actor, owner_row=row, object_type=row._meta.label_lower, object_id=row.id, item="document")
            if isinstance(row, Campaign):
                row.document_evidence_id = kept.id
            count += 1
    return count
