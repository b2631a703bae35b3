"""The secrets of second factors lie sealed in a table of the login library: how they are read and sealed anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext_lazy as _

from hengjian.base import crypto
from hengjian.base.sealed import BATCH, Value, also

PLACE = crypto.context_of("mfa_authenticator", "data", "secret")
FIELDS = ("secret", "seed")  # of an authenticator app, of recovery codes


def _held(row: Authenticator) -> tuple[str, bytes]:
    return next(((name, bytes.fromhex(row.data[name])) for name in FIELDS if row.data.get(name)), ("", b""))


class Secrets:
    """All of them, as ``hengjian.base.sealed`` asks for them."""

    def __str__(self) -> str:
        return str(_("动态验证码"))

    def values(self, after: Any = None, *, not_under: bytes = b"", most: int = BATCH) -> list[Value]:
        """The next secrets by the order of their rows; with ``not_under`` only those that another key sealed."""
        rows = Authenticator.objects.filter(pk__gt=after or 0).order_by("pk")
        found = ((row.pk, _held(row)[1]) for row in rows.iterator(BATCH))
        kept = (Value(key, sealed, PLACE) for key, sealed in found if sealed and not (not_under and sealed.startswith(not_under)))
        return [value for value, _n in zip(kept, range(most), strict=False)]

    def count(self, *, not_under: bytes) -> int:
        """How many secrets another key sealed."""
        return len(self.values(not_under=not_under, most=Authenticator.objects.count() + 1))

    def replace(self, old: Value, sealed: bytes) -> bool:
        """Put another ciphertext of the same secret in its place, unless it was changed meanwhile."""
        row = Authenticator.objects.select_for_update().filter(pk=old.key).first()
        name, held = _held(row) if row is not None else ("", b"")
        if row is None or held != old.sealed:
            return False
        row.data = {**row.data, name: sealed.hex()}
        row.save(update_fields=["data"])
        return True


@also
def secrets_of_second_factors() -> Iterator[Any]:
    """Registered with everything else that is sealed."""
    yield Secrets()
