"""What the worker runs for campaigns; each may run again at any time."""

from datetime import timedelta

from hengjian.campaigns import services
from hengjian.parties.actors import everything_actor


def daily() -> int:
    """Send the reminders of today in every running campaign."""
    return services.remind_running(actor=everything_actor("系统"))


def join() -> int:
    """Name institutions that came in while no listener ran."""
    return services.join_running_campaigns(actor=everything_actor("系统"))


def recheck() -> int:
    """Hold the claims of open self-checks against the register of the day: papers run out, listeners may have missed a change."""
    return services.recheck_standing(actor=everything_actor("系统"))


EVERY = {"daily": timedelta(minutes=30), "join": timedelta(hours=1), "recheck": timedelta(hours=24)}
