"""A sentence with a name or a number in it is in the catalogue like any other: ``_("…%(name)s…") % {…}``, no f-string."""

from __future__ import annotations

import ast
import re

from tests.house.tree import functions, name_of, python_files, tree_of

HAN = re.compile(r"[\u4e00-\u9fff]")
CHINESE_BY_NATURE = {
    "hengjian/screening/contract.py": "what a run says; no Django, so no catalogue",
    "hengjian/screening/rule.py": "what a run says; no Django, so no catalogue",
    "hengjian/screening/rules/": "what a run says; no Django, so no catalogue",
    "hengjian/screening/shared/": "what a run says; no Django, so no catalogue",
    "hengjian/screening/engine/": "what a run says; no Django, so no catalogue",
    "hengjian/screening/wording.py": "what a run says; no Django, so no catalogue",
    "hengjian/screening/running.py": "what a run says; no Django, so no catalogue",
    "hengjian/screening/findings.py": "what a run says; no Django, so no catalogue",
    "hengjian/screening/statistics.py": "what a run says; no Django, so no catalogue",
    "hengjian/settings.py": "what is wrong with a setting, said to administrators",
    "hengjian/cli/": "commands speak Chinese to administrators",
    "hengjian/web/demo/": "the people of the demonstration",
    "hengjian/dossier/render/": "official documents and what is wrong with their layout",
    "hengjian/base/ledger/": "findings of verify and reconcile, kept as they were said",
    "hengjian/base/numbering.py": "document numbers",
    "hengjian/base/working_days.py": "the source of the calendar, as data",
    "hengjian/campaigns/queries/report_draft.py": "the draft of an official report",
    "hengjian/campaigns/queries/reports.py": "the draft of a typical case",
    "hengjian/campaigns/queries/claims.py": "facts of a problem, kept as a record",
    "hengjian/campaigns/services/selfcheck_corrections.py": "facts of a problem, kept as a record",
    "hengjian/campaigns/services/selfcheck_problems.py": "facts of a problem, kept as a record",
    "hengjian/campaigns/services/reminders.py": "messages, which go out in Chinese",
    "hengjian/campaigns/services/letters.py": "the matter of a supervision letter",
    "hengjian/campaigns/services/supplement.py": "titles of supplementary notices",
    "hengjian/campaigns/services/returns_opening.py": "titles of reports",
    "hengjian/campaigns/services/reports.py": "reasons kept in the ledger",
    "hengjian/campaigns/services/statistics.py": "reasons kept in the ledger",
    "hengjian/campaigns/indicators.py": "remarks in the list of annex 2",
    "hengjian/campaigns/documents.py": "names of files",
    "hengjian/web/desk/ledger.py": "names of files",
    "hengjian/base/crypto.py": "why a start is refused, on the console",
    "hengjian/base/data_keys.py": "why a start is refused, on the console",
    "hengjian/dossier/signing/stamps.py": "what is printed on a signed page",
    "hengjian/enforcement/services/": "document numbers",
    "hengjian/enforcement/states.py": "provisions of the law",
    "hengjian/forms/packs/importing.py": "the note inside a pack that was made from a workbook",
    "hengjian/parties/services/messages.py": "the subject of a mail",
    "hengjian/registry/services/imports/runs.py": "reasons kept in the ledger",
}
"""Where whole rooms write Chinese as data, each with its reason; single functions say so with ``@in_chinese``."""


def _chinese_f_strings(node: ast.AST) -> list[ast.JoinedStr]:
    texts = (one for one in ast.walk(node) if isinstance(one, ast.JoinedStr))
    return [one for one in texts if HAN.search("".join(str(part.value) for part in one.values if isinstance(part, ast.Constant)))]


def test_sentences_with_names_and_numbers_are_in_the_catalogue():
    found = []
    for path in python_files():
        if name_of(path).startswith(tuple(CHINESE_BY_NATURE)):
            continue
        official = {
            id(text)
            for function in functions(path)
            if function.name == "__str__" or any("in_chinese" in ast.unparse(one) for one in function.decorator_list)
            for text in _chinese_f_strings(function)
        }
        found += [f"{name_of(path)}:{text.lineno}: {ast.unparse(text)}" for text in _chinese_f_strings(tree_of(path)) if id(text) not in official]
    assert found == []
