"""What the worker runs for enforcement."""

from hengjian.enforcement import services


def lapse_orders() -> int:
    """Each day after midnight in Shanghai: orders whose date has passed without a report."""
    return services.lapse_orders()
