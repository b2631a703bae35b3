"""What an act may be refused with. Leaf module: of Django only its translation; ``WrongState`` is in ``states``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop


@dataclass(frozen=True)
class Fault:
    """One thing wrong with what was handed in: where, what, and how to mend it."""

    field: str
    message: str
    row: int | None = None
    sheet: str | None = None

    @property
    def place(self) -> str:
        """Where the fault is, in words: 表、行、列."""
        parts = (self.sheet, None if self.row is None else _("第%(row)s行") % {"row": self.row}, self.field)
        return " ".join(part for part in parts if part)


class OutOfScope(PermissionError):
    """The actor may not know of this row (other area or other organisation). Answered with 404."""


class NotAllowed(PermissionError):
    """The actor sees the row but may not do this to it. Answered with 403."""


class ReadOnly(RuntimeError):
    """Nothing may be written now: the database was put back to an earlier time, or differs from what is remembered. Answered with 503."""


class NotFresh(PermissionError):
    """The actor may, but has to show first that it is still he. Answered by asking for the second factor or the password."""


class StaleRow(RuntimeError):
    """Somebody changed the row since the page was opened. Answered with 409 and a difference to settle."""

    def __init__(self, row: object, version: int) -> None:
        self.row, self.version = row, version
        super().__init__(noop("这一行在您打开页面之后已被他人改动，您填的内容没有丢，请核对差异后再保存。"))


class BadInput(ValueError):
    """What was handed in is wrong; holds one fault or several. Answered with 422."""

    def __init__(self, field: str, message: str, *, row: int | None = None, sheet: str | None = None) -> None:
        self.faults: tuple[Fault, ...] = (Fault(field, str(message), row, sheet),)
        super().__init__(str(message))

    @classmethod
    def of(cls, faults: Iterable[Fault]) -> BadInput:
        """Make one refusal of several faults."""
        held = tuple(faults)
        if not held:
            raise ValueError("a refusal needs at least one fault")
        refusal = cls(held[0].field, held[0].message, row=held[0].row, sheet=held[0].sheet)
        refusal.faults = held
        return refusal

    @property
    def field(self) -> str:
        """The field of the first fault."""
        return self.faults[0].field

    def by_field(self) -> dict[str, list[str]]:
        """Return the messages of each field, in the order found."""
        found: dict[str, list[str]] = {}
        for fault in self.faults:
            found.setdefault(fault.field, []).append(fault.message)
        return found

    def __str__(self) -> str:
        if len(self.faults) == 1:
            return self.faults[0].message
        return "；".join(f"{fault.place}：{fault.message}" for fault in self.faults)


class Faults:
    """Gathers faults so that a person sees all of them at once."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(self, field: str, message: str, *, row: int | None = None, sheet: str | None = None) -> None:
        """Note one fault."""
        self.found.append(Fault(field, str(message), row, sheet))

    def raise_if_any(self) -> None:
        """Raise ``BadInput`` with all that was noted; do nothing if nothing was."""
        if self.found:
            raise BadInput.of(self.found)
