"""Writes of parties: accounts, posts, sign-ins, the tree, messages."""

from hengjian.parties.services.accounts import (
    NewPost,
    change_own_details,
    change_own_password,
    correct_account,
    grant_post,
    open_account,
    reset_password,
    reset_second_factor,
    set_active,
    withdraw_post,
)
from hengjian.parties.services.messages import (
    clear_sessions,
    mail_pending,
    read_message,
    read_messages,
    send_message,
    send_messages,
    tell_of_ledger_faults,
)
from hengjian.parties.services.recovery import consent_to_recovery
from hengjian.parties.services.sign_ins import Origin, end_others, end_sign_in, note_download, note_second_factor, note_sign_in
from hengjian.parties.services.tree import add_authority, close_authority, move_authority, rename_authority, reseat_organisations
from hengjian.parties.services.tree_following import follow_late_rows
from hengjian.parties.services.tree_pending import apply_due_changes, withdraw_change

__all__ = [
    "NewPost", "Origin", "add_authority", "apply_due_changes", "change_own_details", "change_own_password", "clear_sessions",
    "close_authority", "consent_to_recovery", "correct_account", "end_others", "end_sign_in", "follow_late_rows", "grant_post", "mail_pending", "move_authority",
    "note_download", "note_second_factor", "note_sign_in", "open_account", "read_message", "read_messages", "rename_authority",
    "reseat_organisations", "reset_password", "reset_second_factor", "send_message", "send_messages", "set_active", "tell_of_ledger_faults",
    "withdraw_change", "withdraw_post",
]
