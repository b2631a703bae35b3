"""Pages of orders and cases."""

from hengjian.enforcement.views.cases import act_on_case, case, cases, file_case, print_case
from hengjian.enforcement.views.orders import act_on_order, draft_order, order, orders, print_order

__all__ = [
    "act_on_case", "act_on_order", "case", "cases", "draft_order", "file_case", "order", "orders", "print_case",
    "print_order",
]
