"""What the worker runs for the ground floor."""

from datetime import timedelta

from hengjian.base import budgets, receipts
from hengjian.base.ledger import checks


def forget_receipts() -> int:
    """Each day: receipts of commands older than 90 days are deleted."""
    return receipts.forget_old_receipts()


def forget_budgets() -> int:
    """Each day: budgets of tries that are full again are deleted."""
    return budgets.forget_full_budgets()


def run_checks() -> int:
    """Every few seconds: checks of the ledger that somebody asked for."""
    return checks.run_asked()


def ask_weekly_checks() -> int:
    """Each hour of the night: the checks of the ledger that are due each week."""
    return checks.ask_weekly()


EVERY = {"forget_receipts": timedelta(days=1), "forget_budgets": timedelta(days=1), "run_checks": timedelta(seconds=2)}
