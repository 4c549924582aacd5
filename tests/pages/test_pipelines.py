"""Every page shows any pipeline: one of a single group, of two stages, of forty."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from typer.testing import CliRunner

from analytics.__main__ import app
from data.pipeline import GROUPS, Exit, Pipeline, Stage
from data.store import Store
from tests.pages.conftest import Serve
from tests.support.histories import START, store_of
from tests.support.screen import PAGES, opened, said, shown

LEADS = 400
PIPELINES = {
    "one group": Pipeline(
        tuple(Stage(slug, "lead") for slug in ("new", "called", "met")), (Exit("gone"),)
    ),
    "two stages": Pipeline((Stage("asked", "lead"), Stage("bought", "customer")), (Exit("gone"),)),
    "forty stages": Pipeline(
        tuple(Stage(f"stage_{rank:02}", GROUPS[rank // 10]) for rank in range(40)), (Exit("gone"),)
    ),
}
# A pipeline of one group is always shown by stage.
SHOWN = [("one group", "group")] + [
    (name, level) for name in ("two stages", "forty stages") for level in ("group", "stage")
]
IN = {"group": "vi", "stage": "en"}
QUESTIONS = sorted(
    command.name or command.callback.__name__.replace("_", "-")  # type: ignore[union-attr]
    for command in app.registered_commands
)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Four hundred leads on their way through each pipeline, one a day, with touches and spend."""
    folder = tmp_path_factory.mktemp("pipelines")
    return {name: made(folder / name, each).root for name, each in PIPELINES.items()}


@pytest.fixture(scope="module")
def _opened_once() -> Iterator[None]:
    """The command line opens each store once, not anew for every question."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analytics.__main__.Store", cache(Store))
        yield


def made(root: Path, pipeline: Pipeline) -> Store:
    chance = Random(7)
    leads: list[dict[str, Any]] = []
    moves, touches = [], []
    for number in range(LEADS):
        lead, now = str(number), START + timedelta(days=number)
        source = chance.choice(("seo", "event", "referral"))
        about = {"source": source, "owner": f"owner {number % 3}", "team": f"team {number % 2}"}
        leads.append({"lead_id": lead, "created_at": now, "amount": 1_000.0, **about})
        touches.append((lead, now, source, None))
        for slug in pipeline.slugs[1:]:
            now += timedelta(days=chance.expovariate(1 / 3))
            # Of two leads one comes to the end, whatever the number of stages.
            if chance.random() > 0.5 ** (1 / (len(pipeline.slugs) - 1)):
                moves.append((lead, "gone", now))
                break
            moves.append((lead, slug, now))
    spend = [
        {"day": (START + timedelta(days=30 * month)).date(), "source": "event", "amount": 5_000.0}
        for month in range(12)
    ]
    return store_of(root, leads, moves, touches=touches, spend=spend, pipeline=pipeline)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("name", "level"), SHOWN)
def test_every_page_shows_it(
    serve: Serve, stores: dict[str, Path], name: str, page: str, level: str
) -> None:
    serve(stores[name])
    screen = opened(page, lang=IN[level], level=level)
    assert said(screen)
    assert not screen.error
    if page != "definitions":
        groups = len(PIPELINES[name].steps("group"))
        assert shown(screen).view.level == ("stage" if groups == 1 else level)


@pytest.mark.usefixtures("_opened_once")
@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(("name", "level"), SHOWN)
def test_every_question_is_answered(
    stores: dict[str, Path], name: str, question: str, level: str
) -> None:
    link = f"level={level}&by=source&compare=previous&period=last-90d&lead=L1"
    result = CliRunner().invoke(app, [question, link, "--store", str(stores[name])])
    assert result.exit_code == 0, result.output
    assert result.stdout
