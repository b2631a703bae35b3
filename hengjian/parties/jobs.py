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


EVERY = {"mail_messages": timedelta(minutes=1), "clear_sessions": timedelta(days=1)}
