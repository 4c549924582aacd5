"""The card of who is waiting: the list is as long as the part that was chosen."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analytics.export import to_csv
from analytics.scope import Scope
from analytics.time_in_stage.waiting import BANDS, bands, listing, waiting
from analytics.view.view import View
from data.store import Generation, Store
from tests.support.patience import PATIENCE
from tests.support.screen import boards
from ui import answers, charts
from ui.charts import mark
from ui.language import current
from ui.leads import words
from ui.page.long_list import ROWS
from ui.time_in_stage import waiting_list
from ui.time_in_stage.waiting_list import Waiting

SCRIPT = """
from ui import session
from ui.time_in_stage import waiting
session.enter()
waiting.waiting(session.current())
"""


@pytest.fixture
def generation(
    sample_store: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Generation:
    """The small sample, which the card reads."""
    monkeypatch.setenv("PHEU_STORE", str(sample_store))
    for when in (lambda call: call(), request.addfinalizer):
        when(answers.store.cache_clear)
    return Store(sample_store).generation()


def shown(**query: str) -> AppTest:
    screen = AppTest.from_string(SCRIPT, default_timeout=PATIENCE)
    screen.query_params.update({"v": "1", **query})  # all data, where nothing is said
    return run(screen)


def run(screen: AppTest) -> AppTest:
    """The screen after a run; what is compared with it from here on speaks its language."""
    screen.run()
    assert not screen.exception, [found.message for found in screen.exception]
    current.use(str(screen.query_params["lang"]))
    return screen


def lengths(screen: AppTest) -> dict[str, int]:
    """What the parts of the bars are long, by their customdata."""
    _rows, *parts = json.loads(screen.get("plotly_chart")[0].proto.spec)["data"]
    return {
        key: length
        for part in parts
        for key, length in zip(part["customdata"], part["x"], strict=True)
    }


def listed(screen: AppTest) -> list[dict[str, str]]:
    """The rows of the list as they are read, by the headings; none where it says so in words."""
    return [
        {
            column["label"]: cell.get("value") or cell.get("word") or cell.get("note") or ""
            for column, cell in zip(each["columns"], row["cells"], strict=True)
        }
        for each in boards(screen)
        for row in each["rows"]
    ]


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("by", ["none", "channel"])
def test_bars_and_list_are_the_answers(generation: Generation, lang: str, by: str) -> None:
    screen = shown(lang=lang, by=by)
    counts = bands(Scope(View(), generation)).rows.set_index("stage")
    assert lengths(screen) == {
        mark.write(stage, band): counts.loc[stage, band] for band in BANDS for stage in counts.index
    }
    rows = waiting(Scope(View(), generation)).rows
    seen = [list(row.values())[-1] for row in listed(screen)]
    assert seen == rows["lead_id"].head(ROWS).tolist()
    # Days say so in the heading, and all of a column have as many decimals: none.
    days = {"vi": "Mức thường, ngày", "en": "Usual, days"}[lang]
    assert all(re.fullmatch(r"[\d.,]*\d|< 1|–", row[days]) for row in listed(screen))
    assert not any(re.search(r"[.,]\d(?!\d)", row[days]) for row in listed(screen))
    assert screen.header[0].value.split()[0] == str(counts["beyond_p90"].sum())


@pytest.mark.parametrize(
    ("days", "usual", "said"),
    [
        pytest.param(729.3, 0.6, "728", id="both rounded up"),
        pytest.param(729.4, 0.4, "729", id="less than a day is usual"),
        pytest.param(9.4, 8.6, "< 1", id="the same day"),
        pytest.param(3.0, 5.0, "–", id="not over"),
        pytest.param(3.0, float("nan"), "–", id="nothing is usual"),
    ],
)
def test_days_over_are_the_difference_of_the_days_beside_them(
    days: float, usual: float, said: str
) -> None:
    assert waiting_list.over_usual(pd.Series([days]), pd.Series([usual])) == [said]


def test_every_part_lists_its_leads(generation: Generation) -> None:
    screen = shown(lang="en")
    before = dict(screen.query_params)
    parts = lengths(screen)
    for stage in ("mql", "sal"):
        screen.pills(key="waiting_stage__en").set_value(stage)
        run(screen)
        for chosen in ([BANDS[0]], [BANDS[1]], [BANDS[2]], list(BANDS[1:])):
            # Pills of several choices are set by what is written on them.
            names = [charts.band_label(band) for band in chosen]
            screen.pills(key="waiting_bands__en").set_value(names)
            expected = sum(parts[mark.write(stage, band)] for band in chosen)
            assert len(listed(run(screen))) == expected
    assert dict(screen.query_params) == before


def test_one_team_against_what_is_usual_for_all(generation: Generation) -> None:
    screen = shown(lang="en", period="all")
    screen.selectbox(key="waiting_segment__en").set_value("TP.HCM 2")
    run(screen)
    counts = bands(Scope(View(by="team"), generation)).rows
    own = counts[counts["segment"] == "TP.HCM 2"].set_index("stage")
    assert lengths(screen)[mark.write("sal", "to_p90")] == own.loc["sal", "to_p90"]
    assert len(listed(screen)) == own["open"].sum()
    assert {row["Team"] for row in listed(screen)} == {"TP.HCM 2"}


def test_who_has_how_many(generation: Generation) -> None:
    screen = shown(lang="vi", period="all")
    rows = waiting(Scope(View(), generation)).rows
    for name in ("owner", "team"):
        screen.pills(key="waiting_grouping__vi").set_value(name)
        groups = listed(run(screen))
        assert sum(int(group["Đang chờ"]) for group in groups) == len(rows)
        assert len(groups) == rows[name].nunique(dropna=False)


def test_each_says_how_hot_it_is_and_whether_it_can_buy(generation: Generation) -> None:
    rows = waiting(Scope(View(), generation)).rows
    known = generation.query("select * from leads").set_index("lead_id")
    heat = generation.query("select distinct lead_number, temperature from reaches")
    heat_of = heat.set_index("lead_number")["temperature"].to_dict()
    for row in rows.head(40).itertuples():
        lead = known.loc[row.lead_id]
        for name in words.TICKS:
            assert pd.isna(getattr(row, name)) == pd.isna(lead[name])
            assert pd.isna(lead[name]) or getattr(row, name) == lead[name]
        expected = heat_of[lead["lead_number"]]
        assert row.temperature == expected or (pd.isna(row.temperature) and pd.isna(expected))
    first = json.loads(
        next(
            each.proto.json
            for each in shown(lang="en", period="all").get("bidi_component")
            if '"Can it buy?"' in each.proto.json
        )
    )
    at = [column["label"] for column in first["columns"]].index("Can it buy?")
    for row, drawn in zip(rows.itertuples(), first["rows"], strict=False):
        so = [tick["so"] for tick in drawn["cells"][at]["all"]]
        answers = [getattr(row, name) for name in words.TICKS]
        assert so == [None if pd.isna(each) else bool(each) for each in answers]


def test_nobody_waits(generation: Generation) -> None:
    screen = shown(lang="en", owner="~", team="Key accounts", source="tv")
    if waiting(Scope(View.from_query(dict(screen.query_params)), generation)).rows.empty:
        assert screen.header[0].value == "No lead of this view is waiting"
        assert not screen.get("plotly_chart")


def test_the_file_for_the_team_runs_nowhere_and_names_no_address(generation: Generation) -> None:
    rows = waiting(Scope(View(), generation)).rows.head(3).assign(owner="=1+1", company="@SUM(A1)")
    scope = Scope(View(lang="en"), generation)
    header, first, *_others = to_csv(waiting_list.to_send(scope, rows)).splitlines()
    assert header.startswith(
        "Owner,Company or name,Temperature,Can it buy?,Stage,Days there,"
        '"Usual, days","Over by, days",'
    )
    assert first.startswith("'=1+1,'@SUM(A1),")
    assert not {"email", "phone"} & set(header.lower().split(","))


def test_choosing_is_narrowing(generation: Generation) -> None:
    scope = Scope(View(by="team"), generation)
    everybody, rows = listing(scope), waiting(scope).rows
    assert everybody.rows.equals(rows)
    team = rows["segment"].iat[0]
    kept = {
        Waiting(): rows["days"] >= 0,
        Waiting(stage="sql"): rows["stage"] == "sql",
        Waiting(bands=(BANDS[2],)): rows["band"] == BANDS[2],
        Waiting(bands=BANDS[1:]): rows["band"] != BANDS[0],
        Waiting(bands=("breached",)): rows["breached"].fillna(False).astype(bool),
        Waiting("mql", (BANDS[1],), team): (rows["stage"] == "mql")
        & (rows["band"] == BANDS[1])
        & (rows["segment"] == team),
    }
    for chosen, wanted in kept.items():
        found = chosen.of(everybody)
        assert found.rows["lead_id"].tolist() == rows.loc[wanted, "lead_id"].tolist()
        assert found.count() == wanted.sum()
        query = {name: text for name, text in chosen.to_query().items() if text is not None}
        assert Waiting.from_query(query) == chosen


def test_bands_have_words() -> None:
    assert [charts.band_label(band) for band in BANDS] == ["bình thường", "lâu", "rất lâu"]
