"""What is filtered is said on a chip: one value by name, more by number, and whether it is each."""

from pathlib import Path

from analytics.scope import Scope
from analytics.view import vocabulary
from analytics.view.view import View
from data.store import Store
from ui.language import current
from ui.page import chips


def test_a_filter_says_whether_it_leaves_anything_out(sample_store: Path) -> None:
    scope = Scope(View(), Store(sample_store).generation())
    known = [value for value, _leads in vocabulary.values(scope.generation, "team")]
    for lang, name, every in (("en", "Team", "all"), ("vi", "Đội", "cả")):
        current.use(lang)
        assert chips.chosen(scope, "team", known[:1]) == f"{name}: {known[0]}"
        assert chips.chosen(scope, "team", known[:2]) == f"{name}: 2"
        assert chips.chosen(scope, "team", known) == f"{name}: {every} {len(known)}"
