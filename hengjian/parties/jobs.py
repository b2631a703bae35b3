"""What the worker runs for accounts and messages."""

from datetime import timedelta

from hengjian.parties import services
from hengjian.parties.actors import everything_actor


def mail_messages() -> int:
    """Every minute: messages that wait to be sent go out by e-mail."""
    return services.mail_pending(actor=everything_actor("系统"))


def clear_sessions() -> None:
    """Each day: sessions that have run out are deleted."""
    services.clear_sessions()


def change_tree() -> int:
    """Every ten minutes, so that a day's changes of the tree take effect as it begins."""
    return services.apply_due_changes(actor=everything_actor("系统"))


def follow_tree() -> int:
    """Each day: rows written with a path of the past, while a move was under way or taken up again after it, follow."""
    return services.follow_late_rows(actor=everything_actor("系统"))


EVERY = {
    "mail_messages": timedelta(minutes=1), "clear_sessions": timedelta(days=1), "change_tree": timedelta(minutes=10), "follow_tree": timedelta(days=1),
}
