"""What the worker runs for campaigns; each may run again at any time."""

from datetime import timedelta
from typing import Any

from hengjian.campaigns import services
from hengjian.parties.actors import everything_actor


def daily(actor: Any = None) -> int:
    """Send the reminders of today in every running campaign."""
    return services.remind_running(actor=actor or everything_actor("系统"))


def join(actor: Any = None) -> int:
    """Name institutions that came in while no listener ran."""
    return services.join_running_campaigns(actor=actor or everything_actor("系统"))


EVERY = {"daily": timedelta(minutes=30), "join": timedelta(hours=1)}
