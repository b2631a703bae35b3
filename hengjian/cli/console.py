"""What all commands share: Django on demand, one console, one way to stop with a reason."""

from __future__ import annotations

import atexit
import logging
import os
from typing import NoReturn

import typer
from rich.console import Console

console = Console(highlight=False)


def prepare() -> None:
    """Load Django; called by commands that need it, so that --help stays quick."""
    import django  # half a second, which --help must not pay

    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # the command says itself that there is no connection

    from django.core.exceptions import ImproperlyConfigured  # as above

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hengjian.settings")
    try:
        django.setup()
    except (ValueError, RuntimeError, ImproperlyConfigured) as error:
        stop(f"设置有误：{error}。\n  各项设置的写法见 deploy/README.md。")
    atexit.register(close_connections)

    from hengjian.base.sight import see_everything_from_now_on  # needs settings

    see_everything_from_now_on("whoever types a command holds the machine")


def close_connections() -> None:
    """Close every connection, and the pools of PostgreSQL behind them.

    A pool that nobody closes holds the end of a command up for seconds; one that is open when a server forks is
    shared by its children, and then each reads the answers to the other's questions.
    """
    from django.db import connections  # needs settings

    for connection in connections.all(initialized_only=True):
        connection.close()
        if close_pool := getattr(connection, "close_pool", None):
            close_pool()


def stop(reason: str, code: int = 1) -> NoReturn:
    """End the command with a reason in plain words."""
    Console(stderr=True, highlight=False).print(f"[bold red]✗[/] {reason}")
    raise typer.Exit(code)


def done(text: str) -> None:
    """Say that something was done."""
    console.print(f"[green]✓[/] {text}")
