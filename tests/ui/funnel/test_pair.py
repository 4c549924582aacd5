"""What a pair says: the step that differs, or that it is level, no surer than it is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from analytics.certainty import Certainty
from analytics.funnel.pair import Change, Share
from analytics.scope import Scope
from analytics.view.view import View
from data.store import Store
from tests.support.screen import LANGUAGES
from ui.funnel import pair, sides
from ui.language import current

CERTAIN, LIKELY, UNCLEAR = Certainty.CERTAIN, Certainty.LIKELY, Certainty.UNCLEAR
YOUNG, FEW = Certainty.YOUNG, Certainty.TOO_FEW
LONGEST = 60
Told = tuple[Certainty, float]


@pytest.fixture
def scope(sample_store: Path) -> Scope:
    return Scope(View(level="stage"), Store(sample_store).generation())


def changes(scope: Scope, *told: Told) -> list[Change]:
    """The last steps as told, those before them level."""
    slugs = [step.slug for step in scope.steps[1:]]
    before: list[Told] = [(UNCLEAR, 0.0)] * (len(slugs) - len(told))
    return [
        Change(slug, certainty, None if certainty in (YOUNG, FEW) else difference, -1, 1)
        for slug, (certainty, difference) in zip(slugs, [*before, *told], strict=True)
    ]


@pytest.mark.parametrize(
    ("told", "en", "vi"),
    [
        pytest.param(
            [],
            "Q3: no clear difference from Q2 at any step",
            "Quý 3 chưa khác rõ quý 2 ở bước nào",
            id="level",
        ),
        pytest.param(
            [(YOUNG, 0.0)],
            "Q3: no clear difference from Q2; too early for closing",
            "Quý 3 chưa khác rõ quý 2; bước chốt còn sớm",
            id="closing-young",
        ),
        pytest.param(
            [(YOUNG, 0.0)] * 3,
            "Q3: no clear difference from Q2; the rest too early",
            "Quý 3 chưa khác rõ quý 2; các bước sau còn sớm",
            id="later-young",
        ),
        pytest.param(
            [(FEW, 0.0)],
            "Q3: no clear difference from Q2; some steps have few leads",
            "Quý 3 chưa khác rõ quý 2; vài bước còn ít lead",
            id="last-few",
        ),
        pytest.param(
            [(CERTAIN, -0.1), (UNCLEAR, 0.0), (YOUNG, 0.0)],
            "Q3 is below Q2 at the step to SQL",
            "Quý 3 thấp hơn quý 2 ở bước lên SQL",
            id="one-below",
        ),
        pytest.param(
            [(CERTAIN, 0.3), (CERTAIN, -0.1), (CERTAIN, 0.2)],
            "Q3 is below Q2 at the step to Opportunity",
            "Quý 3 thấp hơn quý 2 ở bước lên Cơ hội",
            id="the-lower-one-first",
        ),
        pytest.param(
            [(CERTAIN, -0.1), (CERTAIN, -0.2)],
            "Q3 is below Q2 at 2 steps",
            "Quý 3 thấp hơn quý 2 ở 2 bước",
            id="two-below",
        ),
        pytest.param(
            [(CERTAIN, 0.1)],
            "Q3 is above Q2 at closing",
            "Quý 3 cao hơn quý 2 ở bước chốt",
            id="closing-above",
        ),
        pytest.param(
            [(CERTAIN, 0.1), (LIKELY, -0.3)],
            "Q3 is above Q2 at the step to Opportunity",
            "Quý 3 cao hơn quý 2 ở bước lên Cơ hội",
            id="certain-before-likely",
        ),
        pytest.param(
            [(LIKELY, 0.1), (YOUNG, 0.0)],
            "Q3 may be above Q2 at the step to Opportunity",
            "Quý 3 có thể cao hơn quý 2 ở bước lên Cơ hội",
            id="only-likely",
        ),
        pytest.param(
            [(YOUNG, 0.0)] * 6,
            "Too early to hold Q3 against Q2",
            "Còn quá sớm để so quý 3 với quý 2",
            id="all-young",
        ),
        pytest.param(
            [(FEW, 0.0)] * 6,
            "Too few leads to hold Q3 against Q2",
            "Quá ít lead để so quý 3 với quý 2",
            id="all-few",
        ),
    ],
)
def test_what_two_periods_say(scope: Scope, told: Sequence[Told], en: str, vi: str) -> None:
    days = (date(2026, 7, 1), date(2026, 9, 30)), (date(2026, 4, 1), date(2026, 6, 30))
    for lang, expected in (("en", en), ("vi", vi)):
        current.use(lang)
        names = sides.period_names(*days)
        assert pair.finding(scope, changes(scope, *told), *names) == expected
        assert len(expected) <= LONGEST


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("certainty", [CERTAIN, LIKELY, UNCLEAR, YOUNG], ids=str)
def test_the_longest_names_leave_it_a_title(scope: Scope, lang: str, certainty: Certainty) -> None:
    current.use(lang)
    told = changes(scope, (certainty, -0.1), (YOUNG, 0.0))
    title = pair.finding(scope, told, "Đội kinh doanh miền Trung", "Đội kinh doanh miền Nam")
    assert len(title) <= LONGEST, title


QUARTER = ("2026-07-01", "2026-09-30")


@pytest.mark.parametrize(
    ("now", "earlier", "expected"),
    [
        pytest.param(QUARTER, ("2026-04-01", "2026-06-30"), ("Q3", "Q2"), id="quarters"),
        pytest.param(QUARTER, ("2025-07-01", "2025-09-30"), ("Q3 2026", "Q3 2025"), id="years"),
        pytest.param(
            ("2026-08-02", "2026-08-20"),
            ("2026-07-14", "2026-08-01"),
            ("this period", "the one before"),
            id="days",
        ),
    ],
)
def test_what_periods_are_called(
    now: tuple[str, str], earlier: tuple[str, str], expected: tuple[str, str]
) -> None:
    current.use("en")
    spans = [
        (date.fromisoformat(first), date.fromisoformat(last)) for first, last in (now, earlier)
    ]
    assert sides.period_names(*spans) == expected


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        pytest.param(Share("s", 4438, 1.0, 1.0), ("100", ""), id="all"),
        pytest.param(Share("s", 1588, 0.358, 0.362), ("36", ""), id="the-same-when-read"),
        pytest.param(Share("s", 534, 0.1203, 0.1471), ("12.0", "→ 14.7"), id="more-to-come"),
        pytest.param(Share("s", 106, 0.0239, 0.0434, True), ("2.4", "→ at least 4.3"), id="least"),
        pytest.param(Share("s", 0, 0.0, 0.004), ("0", "→ 0.4"), id="nobody-yet"),
        pytest.param(Share("s", 0, 0.0, 0.0002, True), ("", "too early to say"), id="young"),
        pytest.param(Share("s", 0, 0.0, 0.0), ("0", ""), id="nobody"),
        pytest.param(Share("s", 9, 0.09, None), ("9.0", ""), id="moves"),
        pytest.param(Share("s", 0, None, None), ("–", ""), id="of-nobody"),
    ],
)
def test_how_many_of_a_hundred(share: Share, expected: tuple[str, str]) -> None:
    current.use("en")
    assert pair.number(share) == expected
    assert pair.number(share, is_first=True)[0] == f"{share.reached:,}"


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        pytest.param(View(compare="previous"), "periods", id="compared"),
        pytest.param(View(), "none", id="alone"),
        pytest.param(View(by="team").where("team", ["a", "b"]), "segments", id="two-of-by"),
        pytest.param(View(by="team").where("team", ["a", None]), "segments", id="one-is-missing"),
        pytest.param(View(by="team").where("team", ["a", "b", "c"]), "none", id="three"),
        pytest.param(View(by="source").where("team", ["a", "b"]), "none", id="two-of-another"),
    ],
)
def test_the_link_says_what_stands_beside(view: View, expected: str) -> None:
    assert sides.mode(view) == expected
    assert sides.mode(View.from_query(view.to_query())) == expected
    assert sides.mode(replace(view, compare="last-year")) == "periods"


def test_after_a_step_that_is_too_early_nobody_is_no_zero() -> None:
    current.use("en")
    early = Share("c", 0, 0.0, 0.0002, True)
    shares = [Share("a", 10, 1.0, 1.0), Share("b", 2, 0.2, 0.2), early, Share("d", 0, 0.0, None)]
    assert [more for _text, more in pair.numbers(shares)] == ["", "", *["too early to say"] * 2]
    assert pair.numbers([shares[0], shares[3]])[1] == ("0", "")
