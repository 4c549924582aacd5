"""Who answers leads: what a pipeline says of it, and when a person first acted for each."""

import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.pipeline import Pipeline, PipelineError
from data.response import Response
from tests.support.histories import SHORT, History, generation_of, histories, store_of, stores

PROMISING = replace(
    SHORT, stages=(SHORT.stages[0], replace(SHORT.stages[1], answer_within=3600), SHORT.stages[2])
)
MOVERS = (None, "Hương", " Automation", "system")
CALLS, REPLIES = ("sales_call", "Meeting "), ("Meeting ", "email_reply")
KINDS = (None, "visit", "sales_call", "Meeting ", "email_reply")


def at(hour: int) -> datetime:
    return datetime(2024, 1, 1, hour)


def answers(root: Path, moves: Any, touches: Any = ()) -> dict[tuple[str, int], Any]:
    """When the visits of a lead that was made at midnight were answered."""
    leads = [{"lead_id": "x", "created_at": at(0)}]
    store = store_of(root, leads, moves, touches=touches, pipeline=PROMISING)
    rows = store.generation().query("select stage, visit_number, answered_at from stays")
    return {
        (row.stage, row.visit_number): None if pd.isna(row.answered_at) else row.answered_at
        for row in rows.itertuples()
    }


def test_a_move_by_a_person_answers_what_was_before_it(tmp_path: Path) -> None:
    moves = [("x", "b", at(2), "automation"), ("x", "c", at(5), "Hương")]
    assert answers(tmp_path, moves) == {("a", 1): at(5), ("b", 2): at(5), ("c", 3): None}


def test_nobody_is_known_to_have_moved_it(tmp_path: Path) -> None:
    moves = [("x", "b", at(2), None), ("x", "gone", at(5), "System")]
    assert answers(tmp_path, moves) == {("a", 1): None, ("b", 2): None}


def test_a_call_answers_and_a_reply_of_the_lead_or_a_visit_does_not(tmp_path: Path) -> None:
    touches = [
        ("x", at(1), "email", None, "email_reply"),
        ("x", at(2), "seo", None, "visit"),
        ("x", at(3), None, None, " Sales_Call"),
    ]
    assert answers(tmp_path, [], touches) == {("a", 1): at(3)}


def test_of_one_instant_the_call_comes_after_the_lead_and_its_own_move_before(
    tmp_path: Path,
) -> None:
    # As in files with days alone: the move to b is no answer to having come to b.
    moves = [("x", "b", at(0), "Hương"), ("x", "gone", at(4), "Hương")]
    touches = [("x", at(0), None, None, "meeting")]
    assert answers(tmp_path / "moved", moves)["b", 1] == at(4)
    assert answers(tmp_path / "called", moves, touches)["b", 1] == at(0)


def test_what_passes_between_persons_has_no_credit(tmp_path: Path) -> None:
    leads = [{"lead_id": "x", "created_at": at(0), "source": "seo"}]
    touches = [
        ("x", at(0), "seo", None, "visit"),
        ("x", at(1), None, None, "sales_call"),
        ("x", at(2), None, None, "email_reply"),
        ("x", at(3), "event", None, None),
    ]
    generation = store_of(tmp_path, leads, touches=touches).generation()
    sources = generation.query("select unnest(sources) as source from contacts")["source"]
    assert sources.tolist() == ["seo", "event"]


@stores(20)
@given(histories(least=2, most=6), st.data())
def test_the_first_act_of_a_person_is_the_reference(history: History, data: st.DataObject) -> None:
    def drawn(choices: tuple[str | None, ...], count: int) -> list[str | None]:
        return data.draw(st.lists(st.sampled_from(choices), min_size=count, max_size=count))

    last = history.pipeline.stages[-1]
    stages = (*history.pipeline.stages[:-1], replace(last, answer_within=60))
    movers, kinds = drawn(MOVERS, len(history.moves)), drawn(KINDS, len(history.touches))
    known = replace(
        history,
        pipeline=replace(history.pipeline, stages=stages),
        moves=tuple((*move, by) for move, by in zip(history.moves, movers, strict=True)),  # type: ignore[misc]
        touches=tuple(
            (*touch, *(None,) * (4 - len(touch)), kind)
            for touch, kind in zip(history.touches, kinds, strict=True)
        ),
    )
    with tempfile.TemporaryDirectory() as folder:
        rows = generation_of(Path(folder), known).query(
            "select lead_id, visit_number, answered_at, replied_at, "
            "coalesce(len(attempted_at), 0) as attempts from stays "
            "join leads using (lead_number) where coalesce(answered_at, replied_at) is not null"
        )
    found = {
        (row.lead_id, row.visit_number): (
            None if pd.isna(row.answered_at) else row.answered_at.to_pydatetime(),
            None if pd.isna(row.replied_at) else row.replied_at.to_pydatetime(),
            row.attempts,
        )
        for row in rows.itertuples()
    }
    assert found == _acts(known)


def _acts(history: History) -> dict[tuple[str, int], tuple[Any, Any, Any]]:
    """What persons did after each visit that is asked of, as the words say it.

    When a person first acted, when the lead first answered, and how often it was tried until then.
    """
    pipeline, found = history.pipeline, {}
    moves: Any = history.moves
    for lead in history.leads:
        name, created = lead["lead_id"], lead["created_at"]
        entries = [
            (when, place, stage, by)
            for place, (whose, stage, when, by) in enumerate(moves)
            if whose == name and stage in (*pipeline.slugs, *pipeline.exit_slugs)
        ]
        if not any(when <= created and stage in pipeline.slugs for when, _, stage, _ in entries):
            entries.append((created, -1, pipeline.slugs[0], None))
        entries.sort(key=lambda entry: entry[:2])
        visits = [
            entry
            for before, entry in zip([None, *entries], entries, strict=False)
            if before is None or before[2] != entry[2]
        ]
        touches = [touch[1::3] for touch in history.touches if touch[0] == name]
        for number, (when, _place, stage, _by) in enumerate(visits, 1):
            if stage in pipeline.exit_slugs or not (
                number == 1 or stage in (pipeline.slugs[0], pipeline.slugs[-1])
            ):
                continue
            acts = [visit[0] for visit in visits[number:] if visit[3] == "Hương"]
            calls = [at for at, kind in touches if at >= when and kind in CALLS]
            replies = [at for at, kind in touches if at >= when and kind in REPLIES]
            if acts or calls or replies:
                reply = min(replies, default=None)
                tried = sum(reply is None or call <= reply for call in calls)
                found[name, number] = (min([*acts, *calls], default=None), reply, tried)
    return found


# --- what the pipeline says --------------------------------------------------------------------

STAGES = '[[stages]]\nslug = "a"\ngroup = "lead"\n[[stages]]\nslug = "b"\ngroup = "prospect"\n'


def test_the_default_is_in_the_file_that_a_store_starts_with() -> None:
    assert Pipeline.default().response == Response() == Pipeline.parse(STAGES).response
    assert all(stage.answer_within is None for stage in Pipeline.default().stages)


@pytest.mark.parametrize(("text", "seconds"), [("5m", 300), ("1h", 3600), ("90m", 5400)])
def test_a_promise_is_minutes_or_hours(text: str, seconds: int) -> None:
    pipeline = Pipeline.parse(f'{STAGES}answer_within = "{text}"')
    assert pipeline.stages[1].answer_within == seconds
    assert pipeline.asked_stages == ("a", "b")
    assert f'answer_within = "{text}"' in pipeline.to_toml()
    assert Pipeline.parse(pipeline.to_toml()) == pipeline


@pytest.mark.parametrize("text", ['"1d"', '"0h"', '"1 h"', "3", '"-1h"', '"999999h"'])
def test_any_other_promise_is_refused(text: str) -> None:
    with pytest.raises(PipelineError, match="answer_within"):
        Pipeline.parse(f"{STAGES}answer_within = {text}")


def test_kinds_and_movers_are_compared_in_small_letters() -> None:
    text = f'{STAGES}[response]\nhuman = [" Gọi Điện ", "gọi điện"]\nanswered = []\n'
    assert Pipeline.parse(text).response == Response(human=("gọi điện",), answered=())
    assert Pipeline.parse(Pipeline.parse(text).to_toml()) == Pipeline.parse(text)


@pytest.mark.parametrize("text", ['human = "call"', "human = [1]", 'persons = ["call"]'])
def test_what_is_no_list_of_kinds_is_refused(text: str) -> None:
    with pytest.raises(PipelineError, match="response"):
        Pipeline.parse(f"{STAGES}[response]\n{text}")
