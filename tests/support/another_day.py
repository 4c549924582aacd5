"""A pytest plugin (`-p tests.support.another_day`) under which every clock is 401 days ahead.

It is loaded before any test is, so that what a test module reads of the clock is of that day. What
is compiled against the plain classes of `datetime` is imported first.
"""

import datetime
import time
from datetime import tzinfo
from typing import Any, Self

import duckdb  # noqa: F401
import hypothesis.strategies  # noqa: F401
import pandas as pd  # noqa: F401
import scipy.stats  # noqa: F401
import statsmodels.duration.survfunc  # noqa: F401
import streamlit as st  # noqa: F401

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
