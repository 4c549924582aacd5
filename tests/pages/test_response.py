"""The page of response."""

import pytest

from data.store import Store
from tests.support.screen import LANGUAGES, opened


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("tab", ["none", "analysis", "untouched"])
def test_drawn(sample: Store, lang: str, tab: str) -> None:
    assert not opened("response", lang=lang, tab=tab).exception
