"""Pages of parties: posts, accounts, the tree of authorities, the calendar."""

from hengjian.parties.views.accounts import account, accounts, act_on_account, open_account, post_switch, reset_password, withdraw
from hengjian.parties.views.calendar import calendar, settle_day
from hengjian.parties.views.tree import act_on_authority, add_authority, tree

__all__ = [
    "account", "accounts", "act_on_account", "act_on_authority", "add_authority", "calendar", "open_account", "post_switch",
    "reset_password", "settle_day", "tree", "withdraw",
]
