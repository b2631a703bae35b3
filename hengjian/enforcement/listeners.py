"""What enforcement does once its own acts have committed: whoever is next learns of it."""

from hengjian.base.actions import Event, on
from hengjian.enforcement import services


@on("enforcement.serve_order")
@on("enforcement.order_again")
@on("enforcement.answer_order")
@on("enforcement.lapse_order")
def tell_who_is_next(event: Event) -> None:
    """The unit, or the officers of the issuing authority, get a message."""
    services.tell_step(event.action, event.ids.get("enforcement.order", []))
