"""What the worker runs for the dossier."""

from datetime import timedelta

from hengjian.dossier import services


def remove_strays() -> int:
    """Each day: files whose row was never written are deleted after a week."""
    return services.remove_strays()


EVERY = {"remove_strays": timedelta(days=1)}
