"""Criteria: read with their lines, written by a screen as a new generation, and kept by loads."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.condition import Condition
from data.criteria import CriteriaChanged, agree, criteria_in
from data.criterion import MOST_TEXT, Criterion, in_force
from data.errors import StoreEmpty
from data.load.loader import load
from data.mapping.mapping import Mapping, MappingError
from data.pipeline import Pipeline, PipelineError
from data.store import Store
from tests.support.histories import store_of

STAGES = """\
[[stages]]
slug = "new"
group = "lead"

[[stages]]
slug = "mql"
group = "lead"

{criteria}
[[stages]]
slug = "won"
group = "customer"
"""
FIRST = """\
[[stages.criteria]]
version = 1
text = { en = "A need.", vi = "Có nhu cầu." }
agreed_by = "Marketing  & sales"
agreed_on = 2026-01-05
test = "need"
"""
SECOND = """\
[[stages.criteria]]
version = 2
text = "A need and money."
test = 'need and budget'
"""

texts = st.dictionaries(
    st.sampled_from(["en", "vi"]),
    st.text(min_size=1, max_size=20).map(str.strip).filter(bool),
    min_size=1,
).map(lambda told: tuple(sorted(told.items())))
tests_ = st.none() | st.sampled_from(["need", "score >= 3", 'touch.kind in ["a"]']).map(Condition)


@st.composite
def versions(draw: st.DrawFn) -> tuple[Criterion, ...]:
    """Any versions of a criterion: those that were agreed on, then those that were proposed."""
    days = sorted(draw(st.lists(st.dates(date(2000, 1, 1), date(2100, 1, 1)), max_size=4)))
    proposed = [None] * draw(st.integers(0, 2))
    return tuple(
        Criterion(number, draw(texts), draw(st.sampled_from(["", "Sales"])), day, draw(tests_))
        for number, day in enumerate([*days, *proposed], 1)
    )


@given(versions())
def test_they_survive_the_text_of_a_pipeline(criteria: tuple[Criterion, ...]) -> None:
    plain = Pipeline.default()
    first, *others = plain.stages
    pipeline = replace(plain, stages=(replace(first, criteria=criteria), *others))
    assert Pipeline.parse(pipeline.to_toml()) == pipeline
    agreed = [each for each in criteria if each.agreed_on]
    assert pipeline.stages[0].criterion == in_force(criteria) == (agreed[-1] if agreed else None)


def test_they_are_read_from_below_their_stage() -> None:
    pipeline = Pipeline.parse(STAGES.format(criteria=FIRST + SECOND))
    held, proposed = criteria_in(pipeline, "mql")
    assert (held.agreed_by, held.agreed_on) == ("Marketing & sales", date(2026, 1, 5))
    assert (held.text("vi"), held.text("fr")) == ("Có nhu cầu.", "A need.")
    assert proposed.is_proposed
    assert proposed.test == Condition("need and budget")
    assert pipeline.stages[1].criterion == held
    assert criteria_in(pipeline, "won") == criteria_in(pipeline, "nothing") == ()


@pytest.mark.parametrize(
    ("criteria", "line", "told"),
    [
        (FIRST.replace('"need"', '"bugdet"'), 14, "did you mean budget?"),
        (FIRST.replace('"need"', '"score = 6"'), 14, "write == to compare"),
        (FIRST.replace('"need"', "3"), 14, "must be a text in quotes"),
        (FIRST.replace("2026-01-05", '"2026-01-05"'), 13, "write the day without quotes"),
        (FIRST.replace("2026-01-05", "2026-01-05 08:00:00"), 13, "write the day without quotes"),
        (FIRST.replace("version = 1\n", ""), 9, "say which one it is"),
        (FIRST.replace("version = 1", "version = 0"), 10, "say which one it is"),
        (FIRST.replace("agreed_by", "agreed_with"), 12, "no such key"),
        (FIRST.replace('en = "A need.", vi = "Có nhu cầu."', 'en = " "'), 11, "say what the stage"),
        (FIRST.replace("A need.", "x" * (MOST_TEXT + 1)), 11, f"more than {MOST_TEXT}"),
        (FIRST + FIRST, 16, "1 comes after 1"),
        (SECOND + FIRST.replace("n = 1", "n = 3"), 17, "comes after those that were agreed on"),
        (
            FIRST + FIRST.replace("n = 1", "n = 2").replace("2026", "2025"),
            19,
            "2025-01-05 is before version 1, of 2026-01-05",
        ),
    ],
)
def test_what_cannot_be_used_is_said_with_its_line(
    tmp_path: Path, criteria: str, line: int, told: str
) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(STAGES.format(criteria=criteria), encoding="utf-8")
    for read, wrong in ((Pipeline.read, PipelineError), (Mapping.read, MappingError)):
        with pytest.raises(
            wrong, match=rf"^ours\.toml, line {line}: stages\[1\]\.criteria"
        ) as refused:
            read(path)
        assert told in str(refused.value)


ONE_FILE = """
[[files]]
table = "leads"
columns = { lead_id = "lead_id", created_at = "created_at", source = "source" }
"""
LEADS = [
    {"lead_id": "a", "created_at": datetime(2026, 1, 1), "source": "seo", "shoe": "40"},
    {"lead_id": "b", "created_at": datetime(2026, 1, 2), "source": "event"},
]
MOVES = [("a", "mql", datetime(2026, 1, 3)), ("a", "won", datetime(2026, 1, 9))]
AGREED = Criterion(1, (("en", "A need."),), "Sales", date(2026, 1, 5), Condition("need"))


def test_agreeing_makes_a_generation_that_differs_in_nothing_else(tmp_path: Path) -> None:
    store = store_of(tmp_path, LEADS, MOVES, sample=True)
    before = store.generation()
    made = agree(store, "mql", (AGREED,), seen=before.pipeline)
    assert made == store.generation()
    assert criteria_in(made.pipeline, "mql") == (AGREED,)
    assert criteria_in(store.generation(before.number).pipeline, "mql") == ()
    kept = {*before.about} - {"id", "made_at", "pipeline"}
    assert {name: made.about[name] for name in kept} == {name: before.about[name] for name in kept}
    tables = before.query("show tables")["name"].tolist()
    assert made.query("show tables")["name"].tolist() == tables
    for table in (*tables, "reaches", "stays"):
        if table != "about":
            asked = f'from "{table}" order by all'
            assert made.query(asked).equals(before.query(asked)), table


def test_nobodys_criteria_are_lost(tmp_path: Path) -> None:
    store = store_of(tmp_path / "store", LEADS, MOVES)
    seen = store.generation().pipeline
    agree(store, "mql", (AGREED,), seen=seen)
    with pytest.raises(CriteriaChanged, match="criteria of mql were changed"):
        agree(store, "mql", (replace(AGREED, agreed_by="Others"),), seen=seen)
    # Those of another stage do not stand in the way of each other.
    made = agree(store, "sal", (AGREED,), seen=seen)
    assert criteria_in(made.pipeline, "mql") == criteria_in(made.pipeline, "sal") == (AGREED,)
    # Nor is anything lost by a load, whose mapping may bring stages of its own.
    file = tmp_path / "more.csv"
    file.write_text("lead_id,created_at,source\nc,2026-02-01,seo\n")
    load(store, [file], now=datetime(2026, 6, 1))
    assert criteria_in(store.generation().pipeline, "mql") == (AGREED,)
    for mode in ("merge", "replace"):
        load(
            store,
            [file],
            mapping=Mapping.parse(STAGES.format(criteria="") + ONE_FILE),
            mode=mode,
            now=datetime(2026, 6, 1),
        )
        assert criteria_in(store.generation().pipeline, "mql") == (AGREED,)
    brought = Mapping.parse(STAGES.format(criteria=FIRST + SECOND) + ONE_FILE)
    load(store, [file], mapping=brought, now=datetime(2026, 6, 1))
    assert len(criteria_in(store.generation().pipeline, "mql")) == 2


def test_what_cannot_be_agreed_on_changes_nothing(tmp_path: Path) -> None:
    store = store_of(tmp_path / "store", LEADS, MOVES)
    seen = store.generation().pipeline
    with pytest.raises(PipelineError, match="There is no stage 'visit'"):
        agree(store, "visit", (AGREED,), seen=seen)
    with pytest.raises(PipelineError, match=r"1 comes after 1"):
        agree(store, "mql", (AGREED, AGREED), seen=seen)
    with pytest.raises(PipelineError, match=r"text"):
        agree(store, "mql", (replace(AGREED, texts=()),), seen=seen)
    assert store.generations() == [1]
    with pytest.raises(StoreEmpty):
        agree(Store(tmp_path / "none"), "mql", (AGREED,), seen=seen)
