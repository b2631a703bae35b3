"""Accounts of every role in the small world, and clients that have signed in as them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from hengjian.parties.models import Account
from hengjian.parties.states import INSTITUTION_ROLES, PLATFORM_ADMINS, Role
from tests import factories


@dataclass
class Cast:
    """The small world with one account per role."""

    world: factories.World
    accounts: dict[str, Account] = field(default_factory=dict)

    def client(self, role: str) -> Client:
        """A client that has signed in as the account of a role."""
        return signed_in(self.accounts[role])

    def actor(self, role: str) -> Any:
        """The actor of a role."""
        return factories.actor(self.accounts[role])


def signed_in(account: Account) -> Client:
    """A client that has signed in."""
    client = Client()
    client.force_login(account)
    return client


def cast() -> Cast:
    """Make the small world and one account per role, all of the province or of the first institution."""
    made = Cast(factories.world())
    for role in Role:
        holder: Any = made.world.province
        if role in PLATFORM_ADMINS:
            holder = None
        elif role in INSTITUTION_ROLES:
            holder = made.world.institutions[0]
        made.accounts[role] = factories.account(f"a-{role}", f"{Role(role).label}", role, holder)
    return made
