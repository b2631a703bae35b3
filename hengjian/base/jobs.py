"""What the worker runs for the ground floor."""

from datetime import timedelta

from hengjian.base import receipts


def forget_receipts() -> int:
    """Each day: receipts of commands older than 90 days are deleted."""
    return receipts.forget_old_receipts()


EVERY = {"forget_receipts": timedelta(days=1)}
