"""Refuse to start: a route without a policy, a database with weaker promises than ours."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register

from hengjian.base.routes import unprotected


@register(Tags.security)
def every_route_has_a_policy(app_configs: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """A new page cannot be unprotected: the server does not start with one."""
    return [Error(f"route without a policy: {route}", id="hengjian.E001") for route in unprotected()]
