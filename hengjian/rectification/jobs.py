"""What the worker runs for the register of problems."""

from hengjian.rectification import services


def escalate_overdue() -> int:
    """Each day after midnight in Shanghai: overdue problems climb."""
    return services.escalate_overdue()


def remind_rechecks() -> int:
    """Each morning: problems closed 90 days ago are to be looked at again."""
    return services.remind_rechecks()
