"""Writes of parties: accounts, posts, the tree, messages."""

from hengjian.parties.services.accounts import (
    NewPost,
    change_own_details,
    grant_post,
    open_account,
    reset_password,
    set_active,
    withdraw_post,
)
from hengjian.parties.services.messages import mail_pending, read_message, read_messages, send_message, send_messages
from hengjian.parties.services.tree import add_authority, close_authority, move_authority, rename_authority

__all__ = [
    "NewPost", "add_authority", "change_own_details", "close_authority", "grant_post", "mail_pending", "move_authority",
    "open_account", "read_message", "read_messages", "rename_authority", "reset_password", "send_message", "send_messages",
    "set_active", "withdraw_post",
]
