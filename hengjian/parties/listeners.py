"""What parties do when others have acted."""

from __future__ import annotations

from hengjian.base.actions import Event, on
from hengjian.parties import services
from hengjian.parties.actors import everything_actor


@on("base.finish_ledger_check")
def tell_of_faults(event: Event) -> None:
    """Whoever guards the platform learns at once what a check of the ledger found."""
    services.tell_of_ledger_faults(event.ids.get("base.ledgercheck", []), actor=everything_actor("定期核对"))
