"""Every rule there is, by code: the files in `rules/`, family by family."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from hengjian.screening import rules
from hengjian.screening.rule import Rule


@cache
def catalogue() -> dict[str, Rule]:
    """Return all rules by code, sorted by family and code."""
    modules = (importlib.import_module(f"{rules.__name__}.{one.name}") for one in pkgutil.iter_modules(rules.__path__))
    found = sorted((module.RULE for module in modules), key=lambda rule: (rule.family, rule.code))
    return {rule.code: rule for rule in found}


def chosen(codes: tuple[str, ...]) -> tuple[Rule, ...]:
    """Return the rules of these codes or families, all when none is named; KeyError with the words that name none."""
    every = catalogue()
    if not codes:
        return tuple(every.values())
    families = {rule.family for rule in every.values()}
    if unknown := [code for code in codes if code not in every and code not in families]:
        raise KeyError("、".join(unknown))
    return tuple(rule for rule in every.values() if rule.code in codes or rule.family in codes)
