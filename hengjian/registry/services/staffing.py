"""Figures of the staffing conditions: loaded from packs, or entered by an authority."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext as _

from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput
from hengjian.base.scope import EVERYTHING
from hengjian.registry.models import StaffingRule
from hengjian.registry.policy import NOT_THE_PROVINCE, may_enter_staffing_rule
from hengjian.registry.states import Metric

title("registry.load_staffing_rules", "装入人员条件")
title("registry.enter_staffing_rule", "录入人员条件数值")

PACKS = Path(__file__).resolve().parents[2] / "packs"


def _files() -> Iterator[Path]:
    for folder in (PACKS, *settings.PACK_DIRS):
        yield from sorted(Path(folder).glob("*/staffing/*.yaml"))


def _rules() -> Iterator[StaffingRule]:
    for file in _files():
        held = yaml.safe_load(file.read_text(encoding="utf-8"))
        for given in held["classes"]:
            for metric, figure in given["figures"].items():
                yield StaffingRule(
                    rule_code=held["code"], version_number=held["version"], approval_class=given["approval_class"],
                    metric=Metric(metric), minimum=figure["minimum"], unit=held["unit"], title=figure["title"],
                    source=held["source"], verified=held["verified"], valid_from=held["valid_from"],
                )


def load_staffing_rules(*, actor: Any) -> int:
    """Load the figures of all packs; a version already loaded is never changed. Return how many are new."""
    held = StaffingRule.objects.within(EVERYTHING)
    known = set(held.values_list("rule_code", "approval_class", "metric", "version_number"))
    new = [
        rule for rule in _rules()
        if (rule.rule_code, rule.approval_class, str(rule.metric), rule.version_number) not in known
    ]
    with audited_action("registry.load_staffing_rules", actor=actor) as act:
        act.require(may_enter_staffing_rule(actor), _(NOT_THE_PROVINCE))
        act.add_many(new)
    return len(new)


def enter_staffing_rule(
    *, actor: Any, approval_class: str, metric: str, minimum: int, source: str, valid_from: date
) -> StaffingRule:
    """Enter a figure as a new version, marked as not checked against the official text.

    Raises:
        BadInput: the source is not named, or a later version already begins on or after that day.
    """
    said = source.strip()
    if len(said) < 5:
        raise BadInput("source", _("请写明数值的来源：文件名称、文号和条款。"))
    with audited_action("registry.enter_staffing_rule", actor=actor, reason=said) as act:
        act.require(may_enter_staffing_rule(actor), _(NOT_THE_PROVINCE))
        held = StaffingRule.objects.within(EVERYTHING).filter(approval_class=approval_class, metric=metric)
        latest = held.aggregate(version=Max("version_number"), begun=Max("valid_from"))
        if latest["begun"] and valid_from < latest["begun"]:
            raise BadInput("valid_from", _("起用日期不能早于现有数值的起用日期（%(day)s）。") % {
                "day": latest["begun"].isoformat()})
        return act.add(StaffingRule(
            rule_code=f"own.{metric}", version_number=(latest["version"] or 0) + 1, approval_class=approval_class,
            metric=metric, minimum=minimum, title=str(Metric(metric).label), source=said, verified=False,
            valid_from=valid_from, entered_by_name=actor.name,
        ))
