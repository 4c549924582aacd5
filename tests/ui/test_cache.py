"""The cache: bounded by bytes, each value made once, and nothing of what is gone."""

import threading
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.patience import PATIENCE
from ui.cache import Cache, size_of

MOST = 100_000
ARROWS = pd.StringDtype("pyarrow", na_value=np.nan)
PYTHONS = pd.StringDtype("python", na_value=np.nan)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20_000)), max_size=60))
def test_it_never_takes_more_than_its_room(asked: list[tuple[int, int]]) -> None:
    cache = Cache(MOST)
    for key, length in asked:
        value = cache.answer((key, length), "all", partial(bytes, length))
        assert value == bytes(length)
        assert cache.size <= MOST
    kept = sum(size_of(bytes(length)) for _key, length in set(asked))
    assert cache.size <= kept
    cache.clear()
    assert (cache.size, len(cache)) == (0, 0)


def test_what_was_used_last_stays() -> None:
    cache = Cache(MOST)
    made: list[str] = []

    def ask(key: str) -> None:
        cache.answer(key, "all", lambda: made.append(key) or bytes(MOST // 9))  # type: ignore[func-returns-value]

    for key in "abcdefgh":
        ask(key)
    ask("a")  # again, so that the next one to go is b
    ask("i")
    made.clear()
    assert [cache.knows(key) for key in "abi"] == [True, False, True]
    for key in "ab":
        ask(key)
    assert made == ["b"]


def test_what_would_leave_no_room_is_not_kept() -> None:
    cache = Cache(MOST)
    cache.answer("small", "all", lambda: 1)
    assert len(cache.answer("large", "all", lambda: bytes(MOST // 4))) == MOST // 4
    assert len(cache) == 1


def test_what_cannot_be_weighed_keeps_nobody_waiting() -> None:
    class Endless(dict[str, str]):
        def items(self) -> Any:
            raise ArithmeticError("how much is that")

    cache = Cache(MOST)
    for _again in range(2):
        with pytest.raises(ArithmeticError):
            cache.answer("key", "all", Endless)
    assert cache.answer("key", "all", lambda: 1) == 1


def test_what_is_gone_is_dropped() -> None:
    cache = Cache(MOST)
    for number in range(4):
        cache.answer(number, f"generation {number % 2}", lambda: bytes(100))
    assert cache.kinds() == {"generation 0", "generation 1"}
    before = cache.size
    cache.drop({"generation 0"})
    assert cache.kinds() == {"generation 1"}
    assert cache.size == before // 2


def test_all_who_ask_at_once_get_what_one_makes() -> None:
    cache = Cache(MOST)
    asked, made, answers = threading.Barrier(9), [], []
    let = threading.Event()

    def make() -> int:
        made.append(1)
        let.wait(PATIENCE)
        return len(made)

    def ask() -> None:
        asked.wait(PATIENCE)
        answers.append(cache.answer("key", "all", make))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    asked.wait(PATIENCE)
    let.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert (made, answers) == ([1], [1] * 8)


def test_what_goes_wrong_is_told_and_not_kept() -> None:
    cache = Cache(MOST)

    def fail() -> None:
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            cache.answer("key", "all", fail)
    assert cache.answer("key", "all", lambda: 1) == 1


@dataclass
class Held:
    rows: pd.DataFrame
    by_name: dict[str, object] = field(default_factory=dict)


@pytest.mark.parametrize(
    "value",
    [
        bytes(50_000),
        np.zeros(50_000 // 8),
        np.zeros(100_000 // 8)[::2],
        ["x" * 25_000, "y" * 25_000],
        {"key": ("z" * 50_000,)},
        pd.DataFrame({"text": ["Nguyễn Thị Hương"] * 1_900}, dtype=ARROWS),
        pd.DataFrame({"text": ["Nguyễn Thị Hương"] * 500}, dtype=PYTHONS),
        pd.DataFrame({"text": ["a lead's company name"] * 700}, dtype=object),
        Held(pd.DataFrame({"number": range(6_250)})),
        Held(pd.DataFrame(), {"bytes": bytes(50_000)}),
    ],
    ids=[
        *("bytes", "array", "view", "list", "dict"),
        *("frame", "texts", "objects", "dataclass", "within"),
    ],
)
def test_the_bytes_of_a_value_are_counted(value: object) -> None:
    assert 40_000 < size_of(value) < 80_000


def test_what_holds_itself_is_counted_once() -> None:
    value: list[object] = [bytes(1_000)]
    value.append(value)
    assert size_of(value) < 2_000
