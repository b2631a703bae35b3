"""The application of one web process among several: pages behind their gate, and nothing beside them."""

import ctypes
import multiprocessing
import os
import signal
import sys

from hengjian import wsgi
from hengjian.cli.gate import THREADS, Gate

PR_SET_PDEATHSIG = 1  # prctl(2): the signal that the kernel sends when the parent dies
M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8  # mallopt(3)


def _belong_to_parent() -> None:
    """Let the parent alone decide when this process ends.

    Ctrl+C reaches a whole process group, and a Granian worker that is told twice to end does not end at all: the
    worker leaves the group and hears from its parent only. When the parent is killed, the worker is killed with it: told
    politely, it would wait for requests that never end, and keep the turn of the background from the next server.
    """
    os.setpgid(0, 0)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _give_memory_back() -> None:
    """Let what a large upload took go back to the system when it is done, instead of being kept for each thread."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # of the GNU library alone
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, 512 * 1024)
        mallopt(M_ARENA_MAX, 2)


if multiprocessing.parent_process() is not None:
    _belong_to_parent()
_give_memory_back()
application = Gate(wsgi.application, int(os.environ.get(THREADS, "8")))

__all__ = ["application"]
