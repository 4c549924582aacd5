"""What the cards of a bottleneck are made of is made once, for all who look at the view."""

from pathlib import Path

from analytics.scope import Scope
from analytics.view.view import View
from data.store import Store
from ui import answers
from ui.bottlenecks import calls, opened, ranking


def test_what_the_cards_show_is_made_once(sample_store: Path) -> None:
    scope = Scope(View(), Store(sample_store).generation())
    loss = answers.ranking(scope).findings[0].loss
    other = answers.ranking(scope).findings[1].loss
    rows = ranking._rows(scope, 9.0, None)
    assert [row.id for row in rows] == [each.loss.place for each in answers.ranking(scope).findings]
    assert not any(row.chosen for row in rows)
    assert ranking._rows(scope, 9.0, None) is rows
    assert ranking._rows(scope, 9.0, 1e6) is not rows
    assert calls.message(scope, loss) is calls.message(scope, loss)
    drawn = opened._drawn(scope, loss)
    assert drawn is not None
    assert opened._drawn(scope, loss) is drawn
    assert opened._drawn(scope, other) is not drawn
