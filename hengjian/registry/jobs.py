"""What the worker runs for the register."""

from hengjian.registry import services


def forget_uploads() -> int:
    """Each hour: files handed in for import are deleted after a week; what was imported stands in the ledger."""
    return services.forget_old_uploads()
