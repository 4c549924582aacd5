"""Labels: what we named is translated, what a company named is left alone."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from analytics.certainty import Certainty
from analytics.view.view import View
from data.calendar import Calendar
from data.dimensions import DIMENSIONS
from data.pipeline import GROUPS, Pipeline
from ui.language import current, labels
from ui.page import certainty

ROOT = Path(__file__).resolve().parents[3]


def test_a_group_and_a_stage_of_the_same_slug() -> None:
    current.use("en")
    pipeline = Pipeline.default()
    assert labels.step_label(pipeline, "lead", "group") == "Leads"
    assert labels.step_label(pipeline, "lead", "stage") == "Lead"
    assert labels.toward(pipeline, "opportunity", "group") == "to opportunity"


def test_a_step_is_named_by_where_it_leads() -> None:
    assert labels.toward(Pipeline.default(), "opportunity", "group") == "lên Cơ hội"
    assert labels.toward(Pipeline.default(), "won", "stage") == "lên Chốt đơn"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_reason_is_called_as_sure_or_unsure(lang: str) -> None:
    """A reason stands beside the badge that says how sure its change is."""
    current.use(lang)
    words = {certainty.word(each).casefold() for each in Certainty}
    assert not words & {each.label(lang).casefold() for each in Pipeline.default().reasons}


@pytest.mark.parametrize(
    ("dimension", "value", "expected"),
    [
        ("source", "trade_fair", "Hội chợ"),
        ("source", "Fabebook", "Fabebook"),
        ("source", "unknown", "Không rõ"),
        ("source", None, "(trống)"),
        ("source", "~", "~"),
        ("source", float("nan"), "(trống)"),
        ("campaign", "seo", "seo"),
        ("temperature", "hot", "Nóng"),
    ],
)
def test_values(dimension: str, value: str | None, expected: str) -> None:
    assert labels.value_label(dimension, value) == expected


def test_values_that_read_the_same_are_told_apart() -> None:
    names = labels.value_labels("source", ["seo", "SEO", "trade_fair", None, "(trống)"])
    assert names == ["SEO [seo]", "SEO [SEO]", "Hội chợ", "(trống)", "(trống) [(trống)]"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Hội chợ", "Hội chợ"),
        ("a\nb", "a↵b"),
        ("a\x1b[31m", "a\\x1b[31m"),
        ("\u202etxet", "\\u202etxet"),
        ("\u200b", "\\u200b"),
        ("👩\u200d🚀", "👩\u200d🚀"),
    ],
    ids="plain line-break escape-sequence turned-around invisible joined-emoji".split(),
)
def test_a_name_is_shown_as_it_is_and_does_nothing(name: str, shown: str) -> None:
    assert labels.own(name) == shown


def test_a_dimension_from_a_file_keeps_its_name() -> None:
    assert labels.dimension_label("landing_page_id") == "landing page id"


def test_the_clock_is_named_with_its_hours_and_country() -> None:
    pipeline = Pipeline.default()
    assert labels.clock_note(View(), pipeline) is None
    assert labels.clock_note(View(clock="working"), pipeline) == (
        "Tính theo ngày làm việc 9,5 giờ (T2–T6, 08:00–17:30, trừ ngày lễ Việt Nam)."
    )
    current.use("en")
    assert labels.clock_note(View(clock="working"), pipeline) == (
        "In working days of 9.5 hours (Mon–Fri, 08:00–17:30, not on the holidays of Vietnam)."
    )
    always = replace(pipeline, calendar=Calendar("", ("mon", "wed", "sun"), 0, 1440))
    assert labels.clock_label(always) == "Mon, Wed, Sun, 00:00–24:00, holidays too"


def test_everything_the_data_names_has_a_label() -> None:
    channels = tomllib.loads((ROOT / "data" / "sources.toml").read_text(encoding="utf-8"))
    for lang in current.LANGUAGES:
        current.use(lang)
        assert all(labels.group_label(group) != group for group in GROUPS)
        assert all(labels.dimension_label(name) != name for name in DIMENSIONS)
        assert all("_" not in labels.value_label("channel", name) for name in channels)
