"""Tables of the ground floor."""

from hengjian.base.models.budgets import Budget
from hengjian.base.models.calendar import CalendarDay
from hengjian.base.models.data_keys import DataKey
from hengjian.base.models.jobs import JobStanding
from hengjian.base.models.ledger import LedgerCheckpoint, LedgerEntry, LedgerSalt, LedgerTile
from hengjian.base.models.ledger_checks import CheckKind, CheckState, LedgerCheck
from hengjian.base.models.ledger_epochs import EpochCause, LedgerConsent, LedgerEpoch
from hengjian.base.models.numbering import NumberSeries
from hengjian.base.models.receipts import Receipt
from hengjian.base.models.rows import Row, RowQuerySet, ScopedQuerySet, ScopedRow

__all__ = [
    "Budget", "CalendarDay", "CheckKind", "CheckState", "DataKey", "EpochCause", "JobStanding", "LedgerCheck", "LedgerCheckpoint",
    "LedgerConsent", "LedgerEntry", "LedgerEpoch", "LedgerSalt", "LedgerTile", "NumberSeries", "Receipt", "Row", "RowQuerySet",
    "ScopedQuerySet", "ScopedRow",
]
