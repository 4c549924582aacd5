"""A pytest plugin (`-p tests.support.another_day`) under which every clock is 401 days ahead.

It is loaded before any test is, so that what a test module reads of the clock is of that day. What
is made for the plain classes of `datetime`, as what is compiled, is imported first.
"""

import datetime
import importlib
import time
from datetime import tzinfo
from typing import Any, Self

_PLAIN = "duckdb hypothesis pandas pyarrow.parquet streamlit tests.support.names"
for plain in _PLAIN.split():
    importlib.import_module(plain)

AHEAD = datetime.timedelta(days=401, hours=7)


class _LikeIts(type):
    """Instances of the plain class are instances of the one that stands for it."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, cls.__mro__[1])


class _Date(datetime.date, metaclass=_LikeIts):
    @classmethod
    def today(cls) -> Self:
        later = _now() + AHEAD
        return cls(later.year, later.month, later.day)


class _Datetime(datetime.datetime, metaclass=_LikeIts):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) + AHEAD

    @classmethod
    def today(cls) -> Self:
        return cls.now()


_now, _time = datetime.datetime.now, time.time


def _ahead() -> float:
    return _time() + AHEAD.total_seconds()


patched: dict[str, Any] = {"date": _Date, "datetime": _Datetime}
for name, later in patched.items():
    setattr(datetime, name, later)
time.time = _ahead
