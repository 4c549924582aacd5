"""A choice: a widget that shows what the plan says, and writes down there what is chosen."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zlib import crc32

import streamlit as st

from ui import session


def select(
    label: str,
    options: Mapping[Any, str],
    chosen: Any,
    name: str,
    write: Callable[[Any], None],
    *,
    seen: bool = True,
) -> None:
    """A list of options, value to what it is called; its label may be for the ear alone."""
    key = key_of(name)
    words = _distinct(options)
    st.session_state[key] = chosen if chosen in options else next(iter(options))
    st.selectbox(
        label,
        list(options),
        format_func=lambda option: words.get(option, str(option)),
        label_visibility="visible" if seen else "collapsed",
        placeholder=label,
        on_change=lambda: write(st.session_state[key]),
        key=key,
    )


def one_of(
    label: str,
    options: Mapping[Any, str],
    chosen: Any,
    name: str,
    write: Callable[[Any], None],
    captions: Sequence[str] | None = None,
) -> None:
    """The same where all options are shown, each with a caption."""
    key = key_of(name)
    st.session_state[key] = chosen if chosen in options else next(iter(options))
    st.radio(
        label,
        list(options),
        format_func=lambda option: options.get(option, str(option)),
        captions=captions,
        label_visibility="collapsed",
        on_change=lambda: write(st.session_state[key]),
        key=key,
    )


def number(label: str, chosen: int, most: int, name: str, write: Callable[[int], None]) -> None:
    """A number from 1 to `most`."""
    key = key_of(name)
    st.session_state[key] = min(max(chosen, 1), most)
    st.number_input(
        label,
        min_value=1,
        max_value=most,
        step=1,
        on_change=lambda: write(int(st.session_state[key])),
        key=key,
    )


def is_ticked(label: str, ticked: bool, name: str, write: Callable[[bool], None]) -> None:
    """A sentence to agree to."""
    key = key_of(name)
    st.session_state[key] = ticked
    st.checkbox(label, on_change=lambda: write(bool(st.session_state[key])), key=key)


def _distinct(options: Mapping[Any, str]) -> dict[Any, str]:
    """The options' words, told apart where two are alike: the browser sends back nothing else."""
    often = Counter(options.values())
    return {
        option: f"{word} [{option}]" if often[word] > 1 else word
        for option, word in options.items()
    }


def key_of(name: str) -> str:
    """The key of a widget: what came with a file is not in it as it is."""
    return session.key(f"wizard_{crc32(name.encode('utf-8', 'surrogatepass')):08x}")
