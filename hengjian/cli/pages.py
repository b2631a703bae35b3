"""The WSGI application of one web process among several: pages and nothing beside them."""

import ctypes
import multiprocessing
import os
import signal
import sys

from hengjian.wsgi import application

PR_SET_PDEATHSIG = 1  # prctl(2): the signal that the kernel sends when the parent dies


def _belong_to_parent() -> None:
    """Let the parent alone decide when this process ends.

    Ctrl+C reaches a whole process group, and a Granian worker that is told twice to end does not end at all: the
    worker leaves the group and hears from its parent only. When the parent is killed, the worker ends with it.
    """
    os.setpgid(0, 0)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


if multiprocessing.parent_process() is not None:
    _belong_to_parent()

__all__ = ["application"]
