"""Hand-over: the tiles add up, every number opens its leads, and nobody is put into a ranking."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analytics.handover.handover import ANSWERS, handover, listing
from analytics.handover.people import in_hand, people
from analytics.handover.returned import for_reason, reasons, returned
from analytics.handover.verdict import State, change, state
from analytics.scope import Scope
from analytics.view.view import View, segment_value
from data.store import Generation, Store
from tests.pages.conftest import Serve
from tests.support.histories import GAPPED, store_of
from tests.support.screen import LANGUAGES, boards, how_counted, opened, said, settled
from ui.handover import handed, ledger, verdict, words
from ui.handover.people import limits
from ui.language import current, formats

QUARTER = {"from_": "2026-07-01", "to": "2026-09-30"}
VIEW = View(period=None, first=date(2026, 7, 1), last=date(2026, 9, 30))


@pytest.fixture
def whole(serve: Serve, whole_sample: Generation) -> Generation:
    """The pages read the sample with all of its leads."""
    serve(whole_sample.store.root)
    return whole_sample


def links(screen: Any) -> list[str]:
    return [link.proto.query_string for link in screen.get("page_link")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_tiles_add_up_and_the_board_is_the_answer(whole: Generation, lang: str) -> None:
    screen = opened("handover", lang=lang, **QUARTER)
    assert not screen.exception
    found = handover(Scope(replace(VIEW, by="team"), whole))
    values = [metric.value.split(" · ")[0] for metric in screen.metric]
    counts = [int(value.replace(".", "").replace(",", "")) for value in values]
    assert counts == [int(found.total[name]) for name in ("handed_over", *ANSWERS)]
    assert counts[0] == sum(counts[1:])
    text = said(screen)
    assert formats.percent(found.total["accepted_rate"], 0) in text
    for word in ("q <", "n=", "Wilson", "Kaplan", "95%"):
        assert word not in text
    assert all(len(heading.value) <= 60 for heading in screen.header)
    told = next(each for each in boards(screen) if len(each["columns"]) == 8)
    assert [row["id"] for row in told["rows"]] == found.rows["segment"].tolist()
    assert {metric.label for metric in screen.metric[2:]} <= {
        column["label"] for column in told["columns"]
    }
    first, row = found.rows.iloc[0], told["rows"][0]
    assert [cell.get("value") for cell in row["cells"][3:7]] == [
        formats.number(first[name]) for name in ("handed_over", "sent_back", "exited", "waiting")
    ]


@pytest.mark.parametrize(
    ("card", "word"),
    [("handover", "Kaplan"), ("sent_back", "Wilson"), ("people", "Spiegelhalter")],
)
def test_every_card_says_how_it_is_counted(whole: Generation, card: str, word: str) -> None:
    assert word in how_counted(opened("handover", lang="en", **QUARTER), card)


def test_a_number_opens_just_so_many_leads(whole: Generation) -> None:
    scope = Scope(VIEW, whole)
    total = handover(scope).total
    for slug in (*ANSWERS, None):
        tab = words.tab_of(slug)
        screen = opened("handover", lang="en", tab=tab, **QUARTER)
        count = int(total[slug or "handed_over"])
        every = listing(scope)
        leads = every if slug is None else every.where("answer = $answer", answer=slug)
        assert leads.count() == count
        assert formats.number(count) in screen.header[0].value
        assert len(boards(screen)[0]["rows"]) == min(count, 10)
    screen = opened("handover", lang="en", **QUARTER)
    assert sum("tab=waiting" in link for link in links(screen)) == 2, "the verdict's and the tile's"


def test_a_segment_opens_the_lists_of_its_answers(whole: Generation) -> None:
    screen = opened("handover", lang="en", **QUARTER)
    screen.session_state["handover_opened"] = "TP.HCM 2"
    screen = settled(screen)
    row = handover(Scope(replace(VIEW, by="team"), whole)).rows.set_index("segment").loc["TP.HCM 2"]
    own = [link for link in links(screen) if "team=TP.HCM" in link]
    assert [link.partition("tab=")[2].partition("&")[0] for link in own] == [
        words.tab_of(slug) for slug in ANSWERS if row[slug]
    ]
    team = listing(Scope(VIEW.where("team", [segment_value("TP.HCM 2")]), whole))
    for slug in ANSWERS:
        assert team.where("answer = $answer", answer=slug).count() == row[slug]


def test_people_stand_by_name_with_their_work_in_hand(whole: Generation) -> None:
    screen = opened("handover", lang="en", **QUARTER)
    scope = Scope(VIEW, whole)
    found, held = people(scope, "owner"), in_hand(scope, "owner")
    told = boards(screen)[-1]
    assert [row["id"] for row in told["rows"]] == sorted(found.rows["segment"])
    for row in told["rows"]:
        assert row["cells"][1]["value"] == formats.number(held[row["id"]])
    # The limits that are drawn are those that people are held against.
    drawn = limits(found)
    for row in found.rows.itertuples(index=False):
        after = drawn[drawn["leads"] >= row.leads].iloc[0]
        assert row.low <= after["low"]
        assert after["far_high"] <= row.far_high
    screen.session_state["handover_person"] = "Ngô Bảo Châu"
    own = [link for link in links(settled(screen)) if "owner=" in link]
    assert [("tab=handed-over" in link, "tab=open" in link) for link in own] == [
        (True, False),
        (False, True),
    ]


def test_those_sent_back_are_told_of_and_each_reason_opens_its_leads(whole: Generation) -> None:
    screen = opened("handover", lang="en", **QUARTER)
    row = returned(Scope(VIEW, whole)).rows.iloc[0]
    assert f"{formats.percent(row['won_rate'], 0)} bought" in screen.header[1].value
    assert f"{formats.number(row['accepted_again'])} were taken once more" in said(screen)
    found = reasons(Scope(VIEW, whole)).rows
    told = next(each for each in boards(screen) if each["columns"][0]["label"] == "Why")
    tabs = [words.tab_of_reason(reason) for reason in found["reason"]]
    assert [line["id"] for line in told["rows"]] == tabs
    counts = [line["cells"][2]["value"] for line in told["rows"]]
    assert counts == [formats.number(leads) for leads in found["leads"]]
    for tab, count in [*zip(tabs, counts, strict=True)][-2:]:
        opens = opened("handover", lang="en", tab=str(tab), **QUARTER)
        assert f": {count} lead" in opens.header[0].value
        assert len(boards(opens)[0]["rows"]) == min(int(count), 10)


def test_where_no_reason_is_known_the_page_says_what_to_write_down(
    serve: Serve, tmp_path: Path
) -> None:
    leads = [{"lead_id": f"{n}", "created_at": datetime(2026, 5, 4)} for n in range(3)]
    moves = [(f"{n}", "mql", datetime(2026, 5, 4)) for n in range(3)]
    moves += [("0", "iql", datetime(2026, 5, 5)), ("1", "won", datetime(2026, 5, 6))]
    serve(store_of(tmp_path, leads, moves).root)
    screen = opened("handover", lang="en")
    assert "nobody wrote down why" in said(screen)
    assert ":gray-badge[Price] :gray-badge[Timing]" in said(screen)


def test_silence_as_yes_is_named_on_the_page_and_in_its_link(whole: Generation) -> None:
    screen = opened("handover", lang="en", taken_after="24", **QUARTER)
    assert "After 24 working hours without an answer a lead counts as accepted." in said(screen)
    taken = handover(Scope(replace(VIEW, taken_after=24), whole)).total["taken"]
    assert f"{formats.number(taken)} of them by silence" in said(screen)
    screen = settled(screen.selectbox("taken_after__en").set_value(48))
    assert screen.query_params["taken_after"] == "48"
    assert "After 48 working hours" in said(screen)
    screen = settled(screen.selectbox("taken_after__en").set_value(0))
    assert screen.query_params["taken_after"] == "none"
    assert "counts as accepted" not in said(screen)


def test_the_file_of_a_list_has_its_leads(whole: Generation) -> None:
    current.use("en")
    every = listing(Scope(VIEW, whole))
    for about, leads in (
        ({"answer": "waiting"}, every.where("answer = 'waiting'")),
        (
            {"answer": "sent_back", "reason": "price"},
            for_reason(every.where("answer = 'sent_back'"), "price"),
        ),
        ({}, every),
    ):
        pieces = [*handed.file(Scope(VIEW, whole), about)]
        ids = [lead for piece in pieces for lead in piece["Lead id"]]
        assert ids == leads.rows["lead_id"].tolist()


# --- other data ---------------------------------------------------------------------------------


def test_a_pipeline_without_a_handover_says_what_to_write(serve: Serve, tmp_path: Path) -> None:
    leads = [{"lead_id": "1", "created_at": datetime(2026, 1, 1)}]
    serve(store_of(tmp_path, leads, pipeline=GAPPED).root)
    screen = opened("handover", lang="en")
    assert "handover = true" in said(screen)
    assert not screen.metric


def answered(folder: Path, accepted: int, exited: int, waiting: int, before: int) -> Scope:
    """Leads of May by answer; in April a hundred, of whom `before` were accepted."""
    ends = ["sal"] * accepted + ["lost"] * exited + [""] * waiting
    ends += ["sal"] * before + ["lost"] * (100 - before)
    leads, moves = [], []
    for number, end in enumerate(ends):
        at = datetime(2026, 5 if number < len(ends) - 100 else 4, 4, 9)
        team = "<b>A</b>" if number % 2 else "B"
        leads.append({"lead_id": f"{number}", "created_at": at, "team": team})
        moves.append((f"{number}", "mql", at))
        moves += [(f"{number}", end, at + timedelta(hours=3))] if end else []
    moves.append(("0", "sql", datetime(2026, 6, 30)))
    store = store_of(folder, leads, moves)
    may = View(compare="previous").during(first=date(2026, 5, 1), last=date(2026, 5, 31))
    return Scope(may, store.generation())


@pytest.mark.parametrize(
    ("counts", "expected", "words_said"),
    [
        ((60, 40, 0, 60), State.WELL, "Sales accepted 60% of the MQLs"),
        ((80, 9, 11, 60), State.SILENT, "11% of the MQLs"),
        ((30, 70, 0, 60), State.FEWER, "only 30%"),
    ],
)
def test_the_verdict_says_why(
    tmp_path: Path, counts: tuple[int, int, int, int], expected: State, words_said: str
) -> None:
    current.use("en")
    scope = answered(tmp_path, *counts)
    earlier = scope.earlier()
    assert earlier is not None
    found = handover(scope)
    changed = change(found, handover(earlier))
    assert changed is not None
    assert changed.before == counts[3] / 100
    assert state(found, changed) is expected
    text = verdict.sentence(scope, found, changed)
    assert words_said in text
    assert len(text) <= 110


def test_names_are_nobodys_markup(serve: Serve, tmp_path: Path) -> None:
    scope = answered(tmp_path, 300, 60, 0, 0)
    serve(scope.generation.store.root)
    screen = opened("handover", lang="en", from_="2026-04-01", to="2026-05-31")
    assert not screen.exception
    screen.session_state["handover_opened"] = "<b>A</b>"
    assert "<b>A" not in said(settled(screen)).replace("\\<b", "")
    current.use("en")
    title = ledger.finding(handover(scope.at(replace(scope.view, by="team"))), "team")
    assert len(title) <= 60


def test_all_are_alike_only_where_no_segment_seems_to_differ(tmp_path: Path) -> None:
    current.use("en")
    scope = answered(tmp_path, 300, 60, 0, 0)
    found = handover(scope.at(replace(scope.view, by="team")))
    row = found.rows.iloc[[0]]
    alike = pd.concat([row.assign(accepted_rate=rate, certainty="unclear") for rate in (0.5, 0.6)])
    said_of = ledger.finding(replace(found, rows=alike), "team")
    assert said_of == "About as many are accepted everywhere: 50% to 60%"
    other = pd.concat([alike, row.assign(accepted_rate=0.9, certainty="likely")])
    assert ledger.finding(replace(found, rows=other), "team") == "What sales answered"


def test_where_nobody_was_handed_over_the_page_is_empty(whole: Store) -> None:
    screen = opened("handover", lang="en", from_="2024-01-01", to="2024-01-02")
    assert "No lead fits this view" in [heading.value for heading in screen.header]
