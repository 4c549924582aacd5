"""The view and the link: each says exactly what the other does."""

import itertools
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.view.attribution_rules import (
    CREDITED,
    MEASURES,
    MODELS,
    PARAMETERS,
    POSITIONS,
    PRESETS,
    Credit,
    CreditError,
    is_weights,
)
from analytics.view.parameters import (
    CLOCKS,
    COLOURED,
    COMPARE,
    DEFAULT_PERIOD,
    IN_EVERY_LINK,
    LANGUAGES,
    LEVELS,
    MODES,
    NAMED_PERIODS,
    SKIPPED,
)
from analytics.view.view import View, ViewError
from data.dimensions import LINK_PARAMETERS

GRAMMAR = (
    "v level mode skipped window clock as_of source channel campaign owner team region industry "
    "temperature screening by compare stage taken_after data lang"
).split() + list(PARAMETERS)

texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
"""Any text that there is, with control characters, spaces of all kinds, what has no letter yet."""
ODD = [
    "all",
    "none",
    "~",
    ",",
    " x ",
    "+&=",
    "a\u200bb",
    "\u200d",
    "\U0001fae9",
    "\u202e",
    "x" * 3_000,
]
values = st.lists(st.none() | texts | st.sampled_from(ODD), max_size=3)


@st.composite
def weights(draw: st.DrawFn) -> tuple[float, ...]:
    """Any weights of the five roles: hundredths of a percent, a hundred percent in all."""
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), min_size=4, max_size=4)))
    edges = [0, *cuts, 10_000]
    return tuple((b - a) / 100 for a, b in itertools.pairwise(edges))


@st.composite
def credits(draw: st.DrawFn) -> Credit:
    """Any rules of attribution."""
    return Credit(
        model=draw(st.sampled_from(MODELS)),
        versus=draw(st.sampled_from(MODELS)),
        measure=draw(st.sampled_from(MEASURES)),
        weights=tuple(draw(weights()) for _ in POSITIONS),
        half_life=draw(st.integers(1, 3_650)),
        look_back=draw(st.none() | st.integers(1, 3_650)),
        order=draw(st.integers(1, 3)),
        margin=draw(st.integers(1, 100)),
        credited=draw(st.sampled_from(CREDITED)),
    )


dimensions = st.sampled_from([*IN_EVERY_LINK, "shoe_size", "landing_page_id"])


@st.composite
def views(draw: st.DrawFn) -> View:
    """Any valid view."""
    fields: dict[str, Any] = {
        "level": draw(st.sampled_from(LEVELS)),
        "mode": draw(st.sampled_from(MODES)),
        "skipped": draw(st.sampled_from(SKIPPED)),
        "window": draw(st.none() | st.integers(1, 36_500)),
        "clock": draw(st.sampled_from(CLOCKS)),
        "as_of": draw(st.none() | st.dates() | st.datetimes(timezones=st.just(UTC))),
        "filters": tuple(
            (name, tuple(chosen))
            for name, chosen in draw(st.dictionaries(dimensions, values, max_size=3)).items()
            if chosen
        ),
        "excluded": tuple(
            (name, tuple(chosen))
            for name, chosen in draw(st.dictionaries(dimensions, values, max_size=2)).items()
            if chosen
        ),
        "by": draw(st.none() | dimensions),
        "compare": draw(st.sampled_from(COMPARE)),
        "stage": draw(st.none() | st.sampled_from(["lead", "A_SUBMITTED", "won"])),
        "taken_after": draw(st.none() | st.integers(0, 9_999)),
        "credit": draw(st.just(Credit()) | credits()),
        "data": draw(st.none() | st.integers(1, 10_000)),
        "data_id": draw(st.sampled_from(["", "0a1b2c3d"])),
        "tab": draw(st.none() | st.sampled_from(["analysis", "what-if"])),
        "lead": draw(st.none() | texts.map(str.strip).filter(lambda id_: id_ not in ("", "none"))),
        "place": draw(st.none() | texts.filter(lambda text: text not in ("", "none"))),
        "list_page": draw(st.integers(1, 9_999_999)),
        "coloured": draw(st.sampled_from(COLOURED)),
        "lang": draw(st.sampled_from(LANGUAGES)),
    }
    if draw(st.booleans()):
        days = sorted(draw(st.lists(st.dates(), min_size=2, max_size=2)))
        fields |= {"period": None, "first": days[0], "last": draw(st.none() | st.just(days[1]))}
    else:
        named = st.sampled_from(["all", DEFAULT_PERIOD, *NAMED_PERIODS]) | st.integers(1, 9999).map(
            "last-{}d".format
        )
        fields["period"] = draw(named)
    return View(**fields)


@given(views())
def test_a_view_survives_its_link(view: View) -> None:
    query = view.to_query()
    assert View.parse(query) == (view, ())
    assert View.from_query(query) == view
    assert View.from_link(view.to_link("https://pheu.example/funnel")) == (view, ())
    assert set(GRAMMAR) <= query.keys()
    assert ("period" in query) != ({"from", "to"} <= query.keys())
    assert hash(View.from_query(query)) == hash(view)


@given(views())
def test_a_short_link_says_what_the_full_one_does(view: View) -> None:
    short = view.to_short_query()
    assert View.parse(short) == (view, ())
    assert View.parse(view.to_query()) == (view, ())
    opening = View.opening().to_query()
    told = short.items() - {("v", "2"), ("lang", view.lang)}
    assert all(opening.get(name) != text for name, text in told)


@pytest.mark.parametrize("page", ["overview", "time_in_stage", "bottlenecks"])
def test_the_link_of_a_page_as_it_opens_is_short(page: str) -> None:
    link = View.opening("vi").to_link(f"https://dashboard.example-company.com.vn/pheu/{page}")
    assert link.endswith(f"/{page}?v=2&lang=vi")
    assert len(link) <= 120


@given(
    st.dictionaries(
        st.sampled_from([*GRAMMAR, "from", "to", "period", "utm", "source-not"]),
        st.text(max_size=30),
    )
)
def test_a_link_is_read_as_it_is_or_what_is_wrong_with_it_is_named(query: dict[str, str]) -> None:
    view, dropped = View.parse(query)
    assert View.from_query(view.to_query()) == view
    # What was understood says the same without what was not.
    rest = {
        name: text for name, text in query.items() if name not in {d.parameter for d in dropped}
    }
    assert View.parse(rest) == (view, ())
    assert {each.parameter for each in dropped} <= query.keys()
    for each in dropped:
        assert each.is_harmless == (each.parameter == "lang" or each.allowed == ())
        assert each.value == query[each.parameter].strip() or not each.is_harmless


@given(st.text(max_size=60))
def test_any_text_can_be_asked_as_a_link(link: str) -> None:
    view, _dropped = View.from_link(link)
    assert View.from_query(view.to_query()) == view


def test_an_empty_link_is_the_default_view() -> None:
    assert View.from_link("") == (View(), ())
    assert View.from_link("http://localhost:8501/funnel") == (View(), ())


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("source=seo,event", View(filters=(("source", ("event", "seo")),))),
        ("source=seo&source=event", View(filters=(("source", ("event", "seo")),))),
        ("source=~,seo", View(filters=(("source", (None, "seo")),))),
        ("source-not=~,seo", View(excluded=(("source", (None, "seo")),))),
        ("source-not=~:all&source-not=seo", View(excluded=(("source", ("all", "seo")),))),
        (
            "source=event,seo&source-not=seo",
            View(filters=(("source", ("event", "seo")),), excluded=(("source", ("seo",)),)),
        ),
        ("campaign=Tet~. 2026", View(filters=(("campaign", ("Tet, 2026",)),))),
        ("source=~:all", View(filters=(("source", ("all",)),))),
        ("source=all", View()),
        ("?window=90&by=source", View(window=90, by="source")),
        ("window=none&stage=none&by=none", View()),
        ("clock=working", View(clock="working")),
        ("/funnel?from=2026-01-01", View(period=None, first=date(2026, 1, 1))),
        ("/funnel?window=90#velocity", View(window=90)),
        ("localhost:8501/funnel?window=90", View(window=90)),
        ("campaign=https://x.vn/?a", View(filters=(("campaign", ("https://x.vn/?a",)),))),
        ("campaign=why?", View(filters=(("campaign", ("why?",)),))),
        ("campaign=%E2%80%8B", View(filters=(("campaign", ("\u200b",)),))),
        ("campaign=%0A", View(filters=(("campaign", ("\n",)),))),
        ("from=first&to=latest", View()),
        ("as_of=2026-01-31", View(as_of=date(2026, 1, 31))),
        (
            "as_of=2026-01-31T07:00:00%2B07:00",
            View(as_of=datetime(2026, 1, 31, 0, 0, tzinfo=UTC)),
        ),
        ("period=last-90d&lang=en", View(period="last-90d", lang="en")),
    ],
)
def test_what_links_mean(link: str, expected: View) -> None:
    assert View.from_link(link) == (expected, ())


@pytest.mark.parametrize(
    ("link", "named", "allowed"),
    [
        ("clock=cuckoo", "clock=cuckoo", "working"),
        ("level=planet", "level=planet", "stage"),
        ("window=0", "window=0", "1–36500"),
        ("window=", "window=", "none"),
        ("window=-3", "window=-3", "1–36500"),
        ("window=٣", "window=٣", "1–36500"),
        ("window=99999", "window=99999", "1–36500"),
        ("window=30&window=60", "window=30,60", "1–36500"),
        ("from=yesterday", "from=yesterday", "YYYY-MM-DD"),
        ("from=2026-02-30", "from=2026-02-30", "YYYY-MM-DD"),
        ("from=2026-02-01&to=2026-01-01", "from=2026-02-01 to=2026-01-01", "…–2026-01-01"),
        ("period=last-0d", "period=last-0d", "this-week"),
        ("v=3", "v=3", "1"),
        ("as_of=now", "as_of=now", "latest"),
        ("as_of=0001-01-01T00:00:00%2B14:00", "as_of=0001-01-01T00:00:00+14:00", "latest"),
        ("Robert'); drop table leads;--=1", "Robert'); drop table leads;--=1", "source"),
        ("funnel", "funnel=", None),
        ("Source=seo", "Source=seo", "source"),
        ("source=", "source=", "all"),
        ("source=,", "source=,", "all"),
        ("source-not=", "source-not=", "~"),
        ("source-not=all", "source-not=all", "~"),
        ("source-not-not=seo", "source-not-not=seo", "source"),
        ("window-not=30", "window-not=30", "source"),
        ("source=a\udcffb", "source=a\udcffb", "all"),
        ("stage=", "stage=", "none"),
        ("by=select 1", "by=select 1", "channel"),
        ("data=latest", "data=latest", "current"),
        ("data=3-", "data=3-", "current"),
        ("data=3-xyz", "data=3-xyz", "current"),
        ("data=-0a1b2c3d", "data=-0a1b2c3d", "current"),
        ("model=best", "model=best", "markov"),
        ("model=first&versus=second", "versus=second", "last"),
        ("measure=likes", "measure=likes", "value"),
        ("half_life=0", "half_life=0", "1–3650"),
        ("half_life=7.5", "half_life=7.5", "1–3650"),
        ("look_back=3651", "look_back=3651", "none"),
        ("look_back=all", "look_back=all", "none"),
        ("order=4", "order=4", "1–3"),
        ("margin=101", "margin=101", "1–100"),
        ("weights=u:40-40-40-40-20", "weights=u:40-40-40-40-20", "u:40-0-0-40-20"),
        ("weights=u:50-50", "weights=u:50-50", "u:40-0-0-40-20"),
        ("weights=x:20-20-20-20-20", "weights=x:20-20-20-20-20", "u:40-0-0-40-20"),
        ("weights=u:1e1-90-0-0-0", "weights=u:1e1-90-0-0-0", "u:40-0-0-40-20"),
        ("benchmark=mean", "benchmark=mean", "past"),
        ("targets=", "targets=", "none"),
        ("scenario=rate:101:sal", "scenario=rate:101:sal", "rate:0–100:STAGE,…"),
    ],
)
def test_what_is_not_understood_is_named_with_what_is(
    link: str, named: str, allowed: str | None
) -> None:
    dropped = View.from_link(link)[1]
    assert " ".join(f"{each.parameter}={each.value}" for each in dropped) == named
    assert not any(each.is_harmless for each in dropped)
    if allowed:
        assert allowed in dropped[0].allowed


@pytest.mark.parametrize(
    ("link", "view", "named"),
    [
        ("lang=fr&window=7", View(window=7), "lang=fr"),
        (
            "from=2026-01-01&period=last-7d",
            View(period=None, first=date(2026, 1, 1)),
            "period=last-7d",
        ),
    ],
)
def test_what_counts_nothing_is_left_out_without_harm(link: str, view: View, named: str) -> None:
    """How a page looks; and days win over a named period, whatever it says."""
    found, (dropped,) = View.from_link(link)
    assert (found, f"{dropped.parameter}={dropped.value}") == (view, named)
    assert dropped.is_harmless


@pytest.mark.parametrize(
    "fields",
    [
        {"level": "planet"},
        {"window": 0},
        {"clock": "cuckoo"},
        {"period": None},
        {"first": date(2026, 1, 1)},
        {"period": None, "first": date(2026, 2, 1), "last": date(2026, 1, 1)},
        {"by": "lang"},
        {"filters": (("source", ()),)},
        {"as_of": datetime(2026, 1, 1)},
        {"data": 0},
        {"data": 3, "data_id": "xyz"},
    ],
)
def test_no_view_is_made_outside_the_grammar(fields: dict[str, Any]) -> None:
    with pytest.raises(ViewError):
        View(**fields)


def test_filters_are_one_way_to_say_one_thing() -> None:
    view = View().where("team", ["North"]).where("source", ["seo", "event", "seo"])
    assert view == View(filters=(("source", ("event", "seo")), ("team", ("North",))))
    assert view.values("source") == ("event", "seo")
    assert view.where("source", []).filters == (("team", ("North",)),)


@given(credits())
def test_rules_of_credit_survive_their_link(credit: Credit) -> None:
    query = credit.to_query()
    assert tuple(query) == PARAMETERS
    assert Credit.parse(query) == (credit, [])


@given(st.dictionaries(st.sampled_from(PARAMETERS), st.text()))
def test_no_link_breaks_the_rules_of_credit(query: dict[str, str]) -> None:
    credit, dropped = Credit.parse(query)
    assert {each.parameter for each in dropped} <= query.keys()
    assert Credit.parse(credit.to_query()) == (credit, [])


def test_a_link_says_weights_of_some_models_alone() -> None:
    view, dropped = View.from_link("weights=w:30-30-30-0-10,u:50-50-0-0-0&model=u&half_life=7")
    assert dropped == ()
    assert view.credit.weights_of("u") == (50, 50, 0, 0, 0)
    assert view.credit.weights_of("full") == POSITIONS["full"]
    assert (view.credit.model, view.credit.half_life) == ("u", 7)


def test_presets_are_rules() -> None:
    assert all(model in POSITIONS and is_weights(each) for model, each in PRESETS.values())
    assert all(is_weights(each) for each in POSITIONS.values())


@pytest.mark.parametrize(
    "fields",
    [
        {"model": "best"},
        {"versus": "second"},
        {"measure": "likes"},
        {"weights": ()},
        {"weights": ((40, 40, 40, 0, 0),) * 5},
        {"weights": ((120, -20, 0, 0, 0),) * 5},
        {"half_life": 0},
        {"look_back": 0},
        {"order": 0},
        {"margin": 0},
    ],
)
def test_no_rules_are_made_outside_the_grammar(fields: dict[str, Any]) -> None:
    with pytest.raises(CreditError):
        Credit(**fields)


def test_no_dimension_is_called_like_a_parameter() -> None:
    """Whatever a link says beside its filters is reserved when columns become dimensions."""
    by_days = View(
        period=None,
        first=date(2024, 1, 1),
        tab="analysis",
        lead="L1",
        place="a.b",
        list_page=2,
        coloured="second",
    ).to_query()
    written = View().to_query().keys() | by_days.keys()
    assert written - set(IN_EVERY_LINK) | {"share"} == LINK_PARAMETERS
