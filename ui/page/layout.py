"""How a page is laid out: columns that stack where there is no room, and rows of tiles.

The rules of the screen's width are in `style.css`; a container is found there by its key.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

STYLE = Path(__file__).resolve().parent / "style.css"
"""The rules that Streamlit has no setting for, which the document brings along."""


def split(*shares: int, name: str = "", stacked: bool = False) -> Sequence[Any]:
    """Columns of these shares of the width, which stack where one would be too narrow to read.

    `name` tells two splits with the same shares on one page apart. They are `stacked` at any width
    where what they hold needs all of it, such as tables of many columns.
    """
    if stacked:
        return [st.container() for _share in shares]
    with st.container(key=f"split_{'_'.join(map(str, shares))}{name and '_' + name}"):
        return st.columns(shares, gap="small")


def tiles(number: int | Sequence[float], name: str = "tiles") -> Sequence[Any]:
    """Columns for tiles, by number or by shares: two in a row where there is no room for all."""
    with st.container(key=f"tiles_{name}"):
        return st.columns(number, gap="small")


def place(name: str) -> Any:
    """A place that is kept for what takes longer: grey until its content comes, and as high."""
    with st.container(key=f"place_{name}"):
        held = st.empty()
    held.skeleton(height=50)
    return held
