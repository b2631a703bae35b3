"""Writes of the register of problems."""

from hengjian.rectification.services.amending import accept_correction, note_amendment
from hengjian.rectification.services.course import (
    close_problem,
    confirm_problem,
    dismiss_problem,
    plan_rectification,
    report_rectified,
    return_problem,
    verify_and_close,
    verify_problem,
)
from hengjian.rectification.services.evidence import add_evidence
from hengjian.rectification.services.extending import ask_extension, decide_extension
from hengjian.rectification.services.following import escalate_overdue, record_recheck, remind_rechecks
from hengjian.rectification.services.opening import merge_problem, open_problem, report_problem
from hengjian.rectification.services.telling import tell_step

__all__ = [
    "accept_correction", "add_evidence", "ask_extension", "close_problem", "confirm_problem", "decide_extension", "dismiss_problem",
    "escalate_overdue", "merge_problem", "note_amendment", "open_problem", "plan_rectification", "record_recheck",
    "remind_rechecks", "report_problem", "report_rectified", "return_problem", "tell_step", "verify_and_close", "verify_problem",
]
