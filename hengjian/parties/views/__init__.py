"""Pages of parties: one's own account, accounts and posts, the tree of authorities, the calendar."""

from hengjian.parties.views.accounts import account, accounts, act_on_account, open_account, post_switch, reset_password, withdraw
from hengjian.parties.views.calendar import calendar, settle_day
from hengjian.parties.views.own import change_own, end_others, language, own_account
from hengjian.parties.views.tree import act_on_authority, add_authority, tree, withdraw_tree_change

__all__ = [
    "account", "accounts", "act_on_account", "act_on_authority", "add_authority", "calendar", "change_own", "end_others", "language",
    "open_account", "own_account", "post_switch", "reset_password", "settle_day", "tree", "withdraw", "withdraw_tree_change",
]
