"""What pages make of answers: once for all readers of a scope in a language."""

from pathlib import Path

import pytest

from analytics.scope import Scope
from analytics.view.view import View
from tests.support.histories import store_of
from ui import answers
from ui.cache import Cache


def test_what_is_made_of_answers_is_made_once_a_scope_and_language(tmp_path: Path) -> None:
    leads = [{"lead_id": "1", "created_at": "2024-01-01"}]
    scope = Scope(View(), store_of(tmp_path / "store", leads).generation())
    made = []

    @answers.for_all
    def said(scope: Scope, how: str) -> str:
        made.append((scope.view.period, how, scope.view.lang))
        return how

    for lang in ("vi", "en"):
        for how in ("short", "long", "short"):
            assert said(scope.at(View(lang=lang)), how) == how
    assert said(scope.at(View(period="last-30d", lang="en")), "short") == "short"
    assert made == [
        ("all", "short", "vi"),
        ("all", "long", "vi"),
        ("all", "short", "en"),
        ("all", "long", "en"),
        ("last-30d", "short", "en"),
    ]


def test_what_is_made_takes_no_more_than_the_room_and_goes_with_its_generation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Cache(10_000)
    monkeypatch.setattr(answers, "cache", lambda: kept)

    @answers.for_all
    def said(_scope: Scope, number: int) -> str:
        return f"{number:0900d}"

    leads = [{"lead_id": "1", "created_at": "2024-01-01"}]
    gone = store_of(tmp_path / "store", leads).generation()
    for number in range(30):
        assert int(said(Scope(View(), gone), number)) == number
        assert kept.size <= kept.most_bytes
    assert 0 < len(kept) < 30
    now = store_of(tmp_path / "store", leads).generation()
    gone.store.path(gone.number).unlink()
    said(Scope(View(), now), 0)
    assert kept.kinds() == {now}
