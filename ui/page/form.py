"""A form: widgets that belong together, by name."""

from typing import Any

import streamlit as st

from ui import session


class Form:
    """The widgets of one form: their keys, and what they say.

    name: tells it apart from every other form, and from itself once it begins anew.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def key(self, name: str, first: Any = None) -> str:
        """The key of a widget; `first` is its value at first, where it has none by itself."""
        key = session.key(f"{self._name}_{name}")
        if first is not None:
            st.session_state.setdefault(key, first)
        return key

    def __getitem__(self, name: str) -> Any:
        """What a widget says."""
        return st.session_state.get(self.key(name))
