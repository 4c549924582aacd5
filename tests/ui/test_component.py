"""Components: declared once for a server, however often pages are drawn."""

from pathlib import Path

import pytest
from streamlit.components.v2.component_manager import BidiComponentManager

from ui import component as components

BOARD = Path(components.__file__).parent / "board" / "browser"


def drawer(name: str) -> object:
    return components.component(name, BOARD, html="<div></div>")


def test_a_server_declares_a_component_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for manager in (BidiComponentManager(), BidiComponentManager()):  # one of each server
        for place in ("streamlit.components.v2", "ui.component"):
            monkeypatch.setattr(f"{place}.get_bidi_component_manager", lambda on=manager: on)
        assert drawer("board") is drawer("board")
        assert manager.get_component_asset_root("pheu.board") == BOARD
