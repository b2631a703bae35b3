"""The flat roster that an institution really has, taken apart into the contract's tables."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hengjian.registry.services.imports import model as m
from hengjian.registry.services.imports.model import ImportFault, TypedRow, TypedTables

PARTS: dict[str, dict[str, str]] = {
    m.PEOPLE: {"person_id": "person_id", "name": "name", "phone": "phone"},
    m.EMPLOYMENTS: {
        "person_id": "person_id", "post": "post", "full_time": "full_time", "started_on": "started_on",
        "practice_registered_on": "practice_registered_on",
    },
    m.CREDENTIALS: {
        "person_id": "person_id", "certificate_no": "certificate_no", "grade": "grade", "categories": "categories",
        "issued_on": "issued_on", "valid_until": "valid_until",
    },
    m.EDUCATIONS: {
        "person_id": "person_id", "degree": "degree", "school": "school", "diploma_no": "diploma_no",
        "education_verification": "verification", "education_result": "result",
    },
    m.TITLES: {
        "person_id": "person_id", "title": "title", "title_certificate_no": "certificate_no",
        "title_verification": "verification", "title_result": "result",
    },
}
NEEDS = {m.CREDENTIALS: ("certificate_no", "grade"), m.EDUCATIONS: ("degree",), m.TITLES: ("title",)}
"""What a part of a line must say to be a row of its table; what it says without that is a fault of the line."""


def take_apart(rows: list[TypedRow], tables: TypedTables) -> list[ImportFault]:
    """Put each roster line into the tables; a person's second certificate may stand on a second line."""
    faults: list[ImportFault] = []
    seen: set[str] = set()
    for row in rows:
        faults += _gaps(row)
        again = row.values["person_id"] in seen and bool(row.values.get("certificate_no"))
        seen.add(row.values["person_id"])
        for table, keys in PARTS.items():
            if all(row.values.get(need) for need in NEEDS.get(table, ())):
                part = _part(row, keys)
                part.values["again"] = again and table != m.CREDENTIALS
                tables.setdefault(table, []).append(part)
    return faults


def _part(row: TypedRow, keys: dict[str, str]) -> TypedRow:
    return TypedRow(
        row.sheet, row.number,
        {ours: row.values[key] for key, ours in keys.items() if key in row.values},
        {ours: row.columns[key] for key, ours in keys.items() if key in row.columns},
        {ours: row.heads[key] for key, ours in keys.items() if key in row.heads},
    )


def _gaps(row: TypedRow) -> list[ImportFault]:
    """What hangs together on a line: a certificate has a grade, a verification has a paper and a result."""
    held, found = row.values, []
    if held.get("certificate_no") and not held.get("grade"):
        found.append(row.fault("grade", _("有证书编号而没有级别，请填写级别。")))
    if held.get("grade") and not held.get("certificate_no"):
        found.append(row.fault("certificate_no", _("有级别而没有证书编号，请填写证书编号。")))
    if not held.get("degree") and (held.get("school") or held.get("diploma_no")):
        found.append(row.fault("degree", _("有毕业院校或毕业证书编号而没有学历，请填写学历。")))
    if not held.get("title") and held.get("title_certificate_no"):
        found.append(row.fault("title", _("有职称证书编号而没有职称，请填写职称。")))
    for paper in ("education", "title"):
        method, result = held.get(f"{paper}_verification"), held.get(f"{paper}_result")
        if bool(method) != bool(result) and result != "pending":
            key = f"{paper}_result" if method else f"{paper}_verification"
            found.append(row.fault(key, _("核验方式和核验结果须同时填写。")))
    return found
