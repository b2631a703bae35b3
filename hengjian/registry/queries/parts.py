"""What belongs to an object of the register, so that its history tells of it too."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hengjian.base.scope import Scope
from hengjian.registry.models import (
    Approval,
    Credential,
    Education,
    Employment,
    Equipment,
    InstitutionWorkArea,
    Title,
    Training,
    Verification,
)

_PARTS: dict[str, tuple[tuple[Any, str], ...]] = {
    "registry.institution": ((Approval, "institution_id"), (InstitutionWorkArea, "institution_id")),
    "registry.person": tuple((one, "person_id") for one in (Employment, Credential, Education, Title, Verification, Training)),
    "registry.enterprise": ((Equipment, "enterprise_id"),),
}


def parts_of(scope: Scope, object_type: str, object_id: UUID) -> list[tuple[str, UUID]]:
    """Type and id of each row that belongs to an institution (approvals, areas), a person (practice file), an enterprise.

    Months of insurance are left out: they come and go by the thousand with an import, which tells of itself.
    """
    found: list[tuple[str, UUID]] = []
    for model, key in _PARTS.get(object_type, ()):
        ids = model.objects.within(scope).filter(**{key: object_id}).order_by().values_list("pk", flat=True)
        found += [(model._meta.label_lower, one) for one in ids]
    return found
