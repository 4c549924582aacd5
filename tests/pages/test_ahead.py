"""What is asked while the browser is on its way is what the page then asks, and all of it."""

from typing import Any

import pytest

from data.session import Session
from tests.support.screen import LANGUAGES, bare
from ui.overview import ahead

WHAT_IS_LOADED = "select fact, value from about"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.usefixtures("sample", "unanswered")
def test_the_page_finds_all_that_it_opens_with(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ahead.ask()
    asked: list[str] = []
    execute = Session._execute

    def watched(session: Session, text: str, parameters: Any) -> Any:
        asked.append(text)
        return execute(session, text, parameters)

    monkeypatch.setattr(Session, "_execute", watched)
    bare("overview", lang=lang)
    assert set(asked) <= {WHAT_IS_LOADED}


@pytest.mark.usefixtures("empty")
def test_where_nothing_is_loaded_the_page_says_so() -> None:
    ahead.ask()
