"""The settings: Streamlit's theme is our look, and the server keeps to itself."""

import tomllib
from pathlib import Path
from typing import Any

import fontpkg_be_vietnam_pro
import pytest
from streamlit import config as streamlit_config

from ui.theme import DARK, FONT, LIGHT, Look

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def config() -> dict[str, Any]:
    text = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)
def test_the_theme_is_the_look(config: dict[str, Any], look: Look) -> None:
    assert config["theme"][look.name] == {
        "primaryColor": look.primary,
        "backgroundColor": look.background,
        "secondaryBackgroundColor": look.secondary,
        "textColor": look.ink,
        "linkColor": look.link,
        "borderColor": look.border,
        "greenColor": look.good,
        "greenTextColor": look.good_text,
        "greenBackgroundColor": look.good_background,
        "redColor": look.bad,
        "redTextColor": look.bad_text,
        "redBackgroundColor": look.bad_background,
        "orangeColor": look.watch,
        "orangeTextColor": look.watch_text,
        "orangeBackgroundColor": look.watch_background,
        "grayColor": look.neutral,
        "grayTextColor": look.muted,
        "grayBackgroundColor": look.gray_background,
        "chartCategoricalColors": list(look.sources),
        "chartSequentialColors": list(look.sequential),
        "chartDivergingColors": list(look.diverging),
        "sidebar": {
            "backgroundColor": look.sidebar,
            "secondaryBackgroundColor": look.sidebar_secondary,
            "borderColor": look.border,
        },
    }


def test_the_face_is_ours_and_its_files_are_there(config: dict[str, Any]) -> None:
    theme = config["theme"]
    assert theme["font"] == theme["headingFont"] == FONT
    for face in theme["fontFaces"]:
        assert face["family"] in FONT
        name = face["url"].removeprefix("/fonts/")
        assert (fontpkg_be_vietnam_pro.ROOT / "files" / name).is_file()


def test_the_server_keeps_to_itself(config: dict[str, Any]) -> None:
    assert config["server"]["address"] == "localhost"
    assert config["server"]["enableXsrfProtection"] is True
    assert config["browser"]["gatherUsageStats"] is False
    assert config["client"]["showErrorDetails"] == "none"


def test_the_server_holds_a_hundred_sessions(config: dict[str, Any]) -> None:
    assert config["runner"]["postScriptGC"] is False


def test_streamlit_knows_every_setting(config: dict[str, Any]) -> None:
    known = streamlit_config.get_config_options()

    def names(table: dict[str, Any], prefix: str) -> list[str]:
        return [
            name
            for key, value in table.items()
            for name in (
                names(value, f"{prefix}{key}.") if isinstance(value, dict) else [prefix + key]
            )
        ]

    assert [name for name in names(config, "") if name not in known] == []
