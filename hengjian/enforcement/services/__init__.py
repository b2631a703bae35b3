"""Writes of orders and cases."""

from hengjian.enforcement.services.cases import decide_case, file_case, withdraw_case
from hengjian.enforcement.services.evidence import add_evidence
from hengjian.enforcement.services.officers import addressee_of, authority_of, clean_officers, officers_text, place
from hengjian.enforcement.services.orders import (
    amend_order,
    answer_order,
    close_order,
    draft_order,
    lapse_orders,
    order_again,
    recheck_order,
    serve_order,
    withdraw_order,
)

__all__ = [
    "add_evidence", "addressee_of", "amend_order", "answer_order", "authority_of", "clean_officers", "close_order",
    "decide_case", "draft_order", "file_case", "lapse_orders", "officers_text", "order_again", "place",
    "recheck_order", "serve_order", "withdraw_case", "withdraw_order",
]
