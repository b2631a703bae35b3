"""What the register does once its own acts have committed: whoever is next learns of it."""

from hengjian.base.actions import Event, on
from hengjian.rectification import services


@on("rectification.confirm_problem")
@on("rectification.return_problem")
@on("rectification.dismiss_problem")
@on("rectification.decide_extension")
@on("rectification.report_rectified")
@on("rectification.ask_extension")
def tell_who_is_next(event: Event) -> None:
    """The unit, or the supervisors nearest to it, get a message."""
    services.tell_step(event.action, event.ids.get("rectification.problem", []))
