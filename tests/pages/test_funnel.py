"""Funnel: the bars, the numbers and the breakdown are the funnel's; choosing goes into the link."""

import json
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import pandas as pd
import pytest

from analytics.scope import Scope
from analytics.view.view import segment_value
from tests.pages.conftest import Serve
from tests.support.histories import store_of
from tests.support.screen import (
    LANGUAGES,
    bars,
    boards,
    dialog,
    in_turn,
    moved,
    opened,
    reached,
    read,
    said,
    says,
    settled,
    shown,
)
from ui.answers import bottlenecks, funnel
from ui.language import formats, labels

pytestmark = pytest.mark.usefixtures("sample")

TITLES = {"en": "Funnel", "vi": "Phễu"}
VIEWS: tuple[dict[str, str], ...] = (
    {},
    {"level": "stage", "by": "region", "stage": "sql"},
    {"channel": "event,seo", "by": "team", "stage": "opportunity"},
    {"mode": "flow", "level": "stage", "period": "last-90d", "by": "source"},
    {"skipped": "strict", "level": "stage", "window": "90"},
    {"from_": "2025-11-01", "to": "2026-01-31", "province": "Hà Nội", "as_of": "2026-06-30"},
)
SURFACE: tuple[dict[str, str], ...] = (
    {"period": "last-quarter", "compare": "previous"},
    {"level": "stage", "mode": "flow", "period": "last-90d", "compare": "last-year"},
    {"period": "this-week", "compare": "previous"},
    {"by": "province", "channel": "event,~"},
)
MOVES_ONLY = {"from_": "2026-08-01", "to": "2026-08-28", "source": "tv", "mode": "flow"}


@pytest.mark.parametrize(("lang", "query"), list(zip(cycle(LANGUAGES), (*VIEWS, {}), strict=False)))
def test_every_number_is_the_funnels(lang: str, query: dict[str, str]) -> None:
    chosen = {f"with_table__{lang}": True}
    screen = opened("funnel", None, chosen, lang=lang, tab="analysis", **query)
    assert [title.value for title in screen.title] == [TITLES[lang]]
    scope = shown(screen)
    view, generation = scope.view, scope.generation
    for name, value in query.items():
        assert view.to_query()[name.rstrip("_")] == value
    rows = funnel(Scope(replace(view, by=None), generation)).rows
    assert bars(screen) == dict(zip(rows["stage"], rows["reached"], strict=True))

    values, table = screen.dataframe[0].value, read(screen.dataframe[0])
    assert values.iloc[:, 1].tolist() == rows["reached"].tolist()
    assert table.iloc[:, 1].tolist() == rows["reached"].map(formats.number).tolist()
    assert table.iloc[:, 2].tolist() == rows["of_first"].map(formats.percent).tolist()


@pytest.mark.parametrize(("lang", "query"), in_turn(SURFACE))
def test_the_pair_stands_for_the_leads_of_the_funnel(lang: str, query: dict[str, str]) -> None:
    screen = opened("funnel", lang=lang, **query)
    scope = shown(screen)
    rows = funnel(scope.at(replace(scope.view, by=None, compare="none"))).rows
    assert reached(screen) == dict(zip(rows["stage"], rows["reached"], strict=True))
    assert not screen.dataframe, "every number is one click deeper"


@pytest.mark.parametrize("by", ["channel", "region", "owner", "temperature", "province"])
def test_the_breakdown_has_every_segment(by: str) -> None:
    screen = opened("funnel", lang="en", by=by, tab="analysis")
    scope = shown(screen)
    view, generation = scope.view, scope.generation
    rows = funnel(scope).rows
    wide = rows.pivot(index="segment", columns="stage", values="reached")
    table = boards(screen)[-1]["rows"]
    assert len(table) == rows["segment"].nunique(), "not one is cut off"
    for row in table:
        name, leads, prospects = (cell["value"] for cell in row["cells"][:3])
        (segment,) = (
            each for each in wide.index if labels.value_label(by, segment_value(each)) == name
        )
        told = [leads, prospects.partition(" · ")[0]]
        assert told == [formats.number(n) for n in wide.loc[segment, ["lead", "prospect"]]]
    whole = funnel(Scope(replace(view, by=None), generation)).rows
    assert wide.sum().to_dict() == dict(zip(whole["stage"], whole["reached"], strict=True))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_widget_writes_its_part_of_the_link(lang: str) -> None:
    screen = opened("funnel", lang=lang)

    def written(name: str) -> object:
        return says(settled(screen), name)

    def filters() -> None:
        dialog(screen, "open_filters")

    filters()
    screen.multiselect(key=f"channel__{lang}").set_value(["event", "seo"])
    assert written("channel") == "event,seo"
    filters()
    screen.radio(key=f"mode__{lang}").set_value("flow")
    assert written("mode") == "flow"
    filters()
    screen.radio(key=f"skipped__{lang}").set_value("strict")
    assert written("skipped") == "strict"
    filters()
    screen.selectbox(key=f"window__{lang}").set_value(90)
    assert written("window") == "90"
    screen.selectbox(key=f"by__{lang}").set_value("region")
    assert written("by") == "region"
    dialog(screen, "open_period")
    screen.pills(key=f"period__{lang}").set_value("last-90d")
    assert written("period") == "last-90d"
    screen.selectbox(key=f"compare__{lang}").set_value("previous")
    assert written("compare") == "previous"
    screen.segmented_control(key=f"level__{lang}").set_value("stage")
    assert written("level") == "stage"
    assert screen.query_params["channel"] == "event,seo"
    assert screen.query_params["lang"] == lang
    assert funnel(shown(screen)).rows["reached"].sum() > 0


def test_days_of_the_calendar_take_the_place_of_a_named_period() -> None:
    screen = dialog(opened("funnel", lang="en", period="last-90d"), "open_period")
    days = pd.Timestamp("2026-01-01").date(), pd.Timestamp("2026-01-31").date()
    screen = settled(screen.date_input(key="days__en").set_value(days))
    assert (screen.query_params["from"], screen.query_params["to"]) == ("2026-01-01", "2026-01-31")
    assert "period" not in screen.query_params


def test_one_day_of_two_changes_nothing_yet() -> None:
    """The calendar tells the first click by itself; the second one makes the period."""
    screen = dialog(opened("funnel", lang="en"), "open_period")
    before = reached(screen)
    first = pd.Timestamp("2026-01-01").date()
    screen = settled(screen.date_input(key="days__en").set_value((first,)))
    assert says(screen, "period") == "all"
    assert reached(screen) == before


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_language_leaves_all_else(lang: str) -> None:
    query = {"channel": "event", "by": "team", "stage": "prospect", "window": "90"}
    screen = opened("funnel", lang=lang, **query)
    before, numbers = dict(screen.query_params), reached(screen)
    other = "vi" if lang == "en" else "en"
    screen = settled(screen.segmented_control(key=f"lang__{lang}").set_value(other))
    assert screen.title[0].value == TITLES[other]
    assert dict(screen.query_params) == before | {"lang": other}
    assert reached(screen) == numbers
    screen = dialog(screen, "open_filters")
    assert screen.multiselect(key=f"channel__{other}").value == ["event"]
    screen = moved(moved(screen, "leads"), "funnel")
    assert dict(screen.query_params) == before | {"lang": other}
    assert reached(screen) == numbers


def test_a_chip_takes_its_filter_away() -> None:
    screen = opened("funnel", lang="en", channel="event", window="90", mode="flow")
    chips = next(each for each in screen.pills if each.label == "Active filters")
    assert chips.value == ["channel", "mode", "window"]
    screen = settled(chips.set_value(["channel", "window"]))
    assert says(screen, "mode") == "cohort"
    chips = next(each for each in screen.pills if each.label == "Active filters")
    screen = settled(chips.set_value(["window"]))
    assert says(screen, "channel") == "all"
    assert screen.query_params["window"] == "90"
    screen = settled(next(each for each in screen.button if each.label == "Reset").click())
    assert says(screen, "window") == "none"


def test_what_was_chosen_is_left_out_instead_and_a_chip_takes_it_away() -> None:
    screen = opened("funnel", lang="en", channel="event,seo")
    kept = reached(screen)
    screen = dialog(screen, "open_filters")
    screen = settled(screen.segmented_control(key="channel_side__en").set_value("-not"))
    assert shown(screen).view.excluded == (("channel", ("event", "seo")),)
    assert says(screen, "channel") == "all"
    assert screen.query_params["channel-not"] == "event,seo"
    rest = reached(screen)
    (chips,) = (each for each in screen.pills if each.label == "Active filters")
    assert chips.options == ["Channel: all but 2 ✕"]
    screen = settled(chips.set_value([]))
    assert says(screen, "channel") == "all"
    assert reached(screen) == {step: kept[step] + rest[step] for step in kept}


def test_a_filter_is_found_by_its_name_or_by_a_value_of_it() -> None:
    screen = dialog(opened("funnel", lang="vi"), "open_filters")
    every = len(screen.multiselect)
    for letters, found in (("HA NOI", "Đội"), ("nguon", "Nguồn"), ("xyzzy", None)):
        screen.session_state["sought_filter__vi"] = letters
        screen = dialog(screen, "open_filters")
        named = [each.label for each in screen.multiselect]
        assert len(named) < every
        assert found in named if found else not named


def test_a_step_is_chosen_and_let_go() -> None:
    """By the keyboard's way; clicks on bars, which AppTest cannot do, are with the journeys."""
    screen = opened("funnel", lang="en")
    screen = settled(screen.selectbox(key="pair_step_group__en").set_value("opportunity"))
    assert screen.query_params["stage"] == "opportunity"
    assert f"See the {reached(screen)['opportunity']} leads" in said(screen)
    screen = settled(screen.selectbox(key="pair_step_group__en").set_value(None))
    assert says(screen, "stage") == "none"
    assert "See the" not in said(screen)


def test_the_chosen_step_follows_the_level() -> None:
    screen = opened("funnel", lang="en", stage="prospect")
    screen = settled(screen.segmented_control(key="level__en").set_value("stage"))
    assert screen.query_params["stage"] == "sal"
    screen = settled(screen.segmented_control(key="level__en").set_value("group"))
    assert screen.query_params["stage"] == "prospect"


def test_moves_of_leads_that_entered_before_are_not_nobody() -> None:
    """In flow mode a period may have moves and not one entry."""
    screen = opened("funnel", lang="en", **MOVES_ONLY)
    rows = funnel(shown(screen)).rows
    assert not rows["reached"].iat[0]
    assert rows["reached"].any()
    assert reached(screen) == dict(zip(rows["stage"], rows["reached"], strict=True))


def test_values_that_read_alike_are_still_two(serve: Serve, tmp_path: Path) -> None:
    """`event` is shown as `Events`; a company may have a source of that very name beside it."""
    rows = [("a", "event"), ("b", "Events"), ("c", "Events"), ("d", None), ("e", "(none)")]
    leads = [{"lead_id": id_, "created_at": "2026-01-01", "source": of} for id_, of in rows]
    store_of(tmp_path, leads)
    serve(tmp_path)
    for chosen, count in (("event", 1), ("Events", 2), ("(none)", 1)):
        screen = dialog(opened("funnel", lang="en"), "open_filters")
        screen = settled(screen.multiselect(key="source__en").set_value([chosen]))
        assert screen.query_params["source"] == chosen
        assert reached(screen)["lead"] == count


def test_the_calendar_reaches_old_data(serve: Serve, tmp_path: Path) -> None:
    """However long ago it was, and never further than the data and what the link says."""
    leads = [{"lead_id": day, "created_at": day} for day in ("2009-01-05", "2009-06-07")]
    store_of(tmp_path, leads)
    serve(tmp_path)
    days = dialog(opened("funnel", lang="en"), "open_period").date_input(key="days__en")
    assert (str(days.min), str(days.max)) == ("2009-01-05", "2009-06-07")
    screen = opened("funnel", lang="en", from_="2008-01-01")
    days = dialog(screen, "open_period").date_input(key="days__en")
    assert str(days.min) == "2008-01-01"


def test_what_stands_beside_is_in_the_link() -> None:
    screen = opened("funnel", lang="en", period="last-quarter", compare="previous")
    mode = "pair_mode__en"
    assert screen.segmented_control(key=mode).value == "periods"
    screen = settled(screen.segmented_control(key=mode).set_value("segments"))
    view = shown(screen).view
    assert (view.by, view.compare, len(view.values("team"))) == ("team", "none", 2)
    rows = funnel(shown(screen)).rows
    first, second = (screen.selectbox(key=f"pair_segment_{place}__en") for place in (0, 1))
    own = rows.loc[rows["segment"] == first.value, "reached"].tolist()
    assert list(reached(screen).values()) == own

    screen = settled(first.set_value("TP.HCM 2"))
    assert set(shown(screen).view.values("team")) == {"TP.HCM 2", second.value}
    assert screen.selectbox(key="pair_segment_0__en").value == "TP.HCM 2"
    assert screen.selectbox(key="pair_segment_1__en").value == second.value
    link = dict(screen.query_params)
    other = opened("funnel", **{name: str(value) for name, value in link.items()})
    assert other.segmented_control(key=mode).value == "segments"
    # The same one is in colour for whoever opens the link.
    assert other.selectbox(key="pair_segment_0__en").value == "TP.HCM 2"

    screen = settled(screen.segmented_control(key=mode).set_value("none"))
    assert (shown(screen).view.values("team"), shown(screen).view.by) == ((), "team")
    screen = settled(screen.segmented_control(key=mode).set_value("periods"))
    assert says(screen, "compare") == "previous"


def test_another_dimension_forgets_the_two_segments() -> None:
    screen = opened("funnel", lang="vi", by="team", team="TP.HCM 2,Hà Nội")
    screen = settled(screen.selectbox(key="by__vi").set_value("channel"))
    assert (shown(screen).view.by, shown(screen).view.filters) == ("channel", ())


def test_all_data_has_no_period_before_it() -> None:
    screen = opened("funnel", lang="en", period="all", compare="previous")
    control = screen.segmented_control(key="pair_mode__en")
    assert control.value == "none"
    screen = settled(control.set_value("periods"))
    assert shown(screen).earlier() is not None


def test_two_comparisons_with_the_same_days_are_one() -> None:
    """Twelve months before are a year before: the browser tells options apart by name alone."""
    screen = opened("funnel", lang="en", period="last-365d", compare="previous")
    options = screen.selectbox(key="compare__en").options
    assert len(options) == len(set(options)) == 2
    assert shown(screen).view.compare == "previous"


def test_figures_give_way_to_tables() -> None:
    screen = opened("funnel", lang="en", period="last-quarter", compare="previous")
    assert len(screen.get("plotly_chart")) == 2
    screen = settled(screen.toggle(key="pair_as_table__en").set_value(True))
    assert not screen.get("plotly_chart")
    assert len(boards(screen)) == 2


def test_the_step_of_the_rates_is_chosen() -> None:
    screen = opened("funnel", lang="en")
    screen = settled(screen.pills(key="step_of_rates__en").set_value("iql"))
    assert any(
        "IQL\N{NO-BREAK SPACE}→\N{NO-BREAK SPACE}MQL" in head.value for head in screen.header
    )
    screen = opened("funnel", lang="en", level="stage", stage="opportunity")
    assert screen.pills(key="step_of_rates__en").value == "sql"
    screen = settled(screen.pills(key="step_of_rates__en").set_value("iql"))
    assert shown(screen).view.stage == "mql"


def test_the_rates_are_those_of_the_bottlenecks() -> None:
    screen = opened("funnel", lang="en", period="last-quarter", by="team")
    view = shown(screen).view
    step = screen.pills(key="step_of_rates__en").value
    losses = bottlenecks(shown(screen).at(replace(view.during("all"), compare="none"))).losses
    spec = json.loads(screen.get("plotly_chart")[1].proto.spec)
    dots = next(trace for trace in spec["data"] if trace.get("mode") == "markers")
    expected = {
        loss.segment: formats.percent(loss.rate)
        for loss in losses
        if loss.stage == step and loss.dimension
    }
    said_of = dict(zip(dots["customdata"], dots["hovertext"], strict=True))
    assert said_of.keys() == expected.keys()
    assert all(f"<br>{rate} (" in said_of[segment] for segment, rate in expected.items())
