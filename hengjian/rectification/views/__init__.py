"""Pages of the register of problems."""

from hengjian.rectification.views.figures import figures
from hengjian.rectification.views.opening import open_by_hand
from hengjian.rectification.views.papers import issue_list, printed_lists
from hengjian.rectification.views.register import act, decide, problem, problems

__all__ = ["act", "decide", "figures", "issue_list", "open_by_hand", "printed_lists", "problem", "problems"]
