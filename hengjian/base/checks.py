"""Refuse to start: a route without a policy, a database with weaker promises than ours."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from hengjian.base import crypto
from hengjian.base.routes import unprotected


@register(Tags.security)
def every_route_has_a_policy(app_configs: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """A new page cannot be unprotected: the server does not start with one."""
    return [Error(f"route without a policy: {route}", id="hengjian.E001") for route in unprotected()]


@register(Tags.security)
def the_keys_are_there(app_configs: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """In production nothing is encrypted under keys made up on the way: they must be there and readable."""
    if settings.ENV != "prod":
        return []
    return [Error(fault, id="hengjian.E002") for fault in crypto.key_faults(settings.KEY_DIR)]
