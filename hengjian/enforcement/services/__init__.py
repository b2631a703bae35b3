"""Writes of orders and cases."""

from hengjian.enforcement.services.cases import decide_case, file_case, withdraw_case
from hengjian.enforcement.services.evidence import add_case_evidence, add_evidence
from hengjian.enforcement.services.orders import (
    amend_order,
    answer_order,
    close_order,
    draft_order,
    extend_orders,
    lapse_orders,
    order_again,
    recheck_order,
    serve_order,
    withdraw_order,
)
from hengjian.enforcement.services.telling import tell_step

__all__ = [
    "add_case_evidence", "add_evidence", "amend_order", "answer_order", "close_order", "decide_case", "draft_order", "extend_orders", "file_case",
    "lapse_orders", "order_again", "recheck_order", "serve_order", "tell_step", "withdraw_case",
    "withdraw_order",
]
