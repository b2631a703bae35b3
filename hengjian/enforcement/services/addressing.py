"""Who writes to whom: the authority that issues a paper and the unit that it is addressed to."""

from __future__ import annotations

from typing import Any

from hengjian.base.errors import OutOfScope
from hengjian.base.scope import EVERYTHING
from hengjian.enforcement import queries
from hengjian.enforcement.queries import Addressee
from hengjian.parties.models import Authority
from hengjian.rectification.queries import sees


def address(owner: Any, *, actor: Any) -> tuple[Authority, Addressee]:
    """The issuing authority and the addressee of a paper about ``owner``.

    Raises:
        OutOfScope: the actor does not see the row that the paper is about, or acts for no authority.
    """
    authority = queries.issuing_authority(EVERYTHING, actor.org_id)
    if authority is None or not sees(actor.scope, owner):
        raise OutOfScope(type(owner).__name__)
    return authority, queries.addressee(EVERYTHING, owner)
