"""The one clock of the house: aware UTC inside, Asia/Shanghai outside."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

Ticker = Callable[[], datetime]

_of_context: ContextVar[Ticker | None] = ContextVar("clock", default=None)
_of_process: Ticker | None = None


def _ticker(time: datetime | Ticker) -> Ticker:
    if isinstance(time, datetime):
        if time.tzinfo is None:
            raise ValueError("the clock takes aware times only")
        return lambda: time
    return time


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    ticker = _of_context.get() or _of_process
    return ticker().astimezone(UTC) if ticker else datetime.now(UTC)


def is_set() -> bool:
    """Whether somebody has set the clock, as tests and demonstrations do."""
    return bool(_of_context.get() or _of_process)


def real_now() -> datetime:
    """Return the machine's own time, for sessions and tokens that no test or demonstration may stretch."""
    return datetime.now(UTC)


def today() -> date:
    """Return the present day in Asia/Shanghai."""
    return local_date(now())


def local(moment: datetime) -> datetime:
    """Return an aware time as Asia/Shanghai shows it."""
    return moment.astimezone(SHANGHAI)


def local_date(moment: datetime) -> date:
    """Return the day in Asia/Shanghai on which a moment falls."""
    return local(moment).date()


def at(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """Return hour and minute of a day in Asia/Shanghai, aware, in UTC."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def running_from(start: datetime) -> Ticker:
    """Return a clock that shows ``start`` now and goes on at the usual pace."""
    shift = start - datetime.now(UTC)
    return lambda: datetime.now(UTC) + shift


@contextmanager
def use(time: datetime | Ticker) -> Iterator[None]:
    """Let ``now()`` be this moment, or what this function returns, inside the block.

    Holds for the calling thread or task only; see ``set_for_process`` for servers.
    """
    token = _of_context.set(_ticker(time))
    try:
        yield
    finally:
        _of_context.reset(token)


def set_for_process(time: datetime | Ticker | None) -> None:
    """Set the clock of every thread of this process; ``None`` goes back to the machine's."""
    global _of_process
    _of_process = None if time is None else _ticker(time)


def set_forward(by: timedelta) -> None:
    """Move the process clock on from where it stands, as the demonstration does between acts."""
    set_for_process(running_from(now() + by))
