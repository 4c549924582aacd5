"""Files and lists by the token of a share: for whom the list is, and for nobody else."""

import csv
import io
from collections.abc import Mapping
from typing import Any

import pytest
from starlette.responses import Response

from data import shares
from data.errors import NotShown
from data.store import Store
from tests.support.guests import COUNTED, LEADS, answered, made, opened, told


async def _sent(answer: Response) -> str:
    pieces = [piece async for piece in answer.body_iterator]  # type: ignore[attr-defined]
    return b"".join(pieces).decode("utf-8-sig")


FILES: Mapping[str, tuple[dict[str, Any], str, int]] = {
    "the list of a share without lists": ({}, "leads.csv", 403),
    "its workbook": ({}, "leads.xlsx", 403),
    "the work list": ({}, "to_do.csv", 403),
    "those who wait": ({}, "waiting.csv", 403),
    "the stays": ({}, "stays.csv", 403),
    "who is as agreed": ({}, "criteria.csv", 403),
    "who is as agreed, of a share of their page": ({"page": "quality"}, "criteria.csv", 403),
    "who waits for an answer": ({}, "untouched.csv", 403),
    "who waits for an answer, of a share of their page": (
        {"page": "response"},
        "untouched.csv",
        403,
    ),
    "what sales answered": ({}, "handover.csv", 403),
    "what sales answered, of a share of its page": ({"page": "handover"}, "handover.csv", 403),
    "rows that were refused": ({}, "refused.csv", 403),
    "the work list where one list is shared": ({"lists": True}, "to_do.csv", 403),
    "rows that were refused, for a guest of all": (
        {"lists": True, "guest": "all", "personal": True},
        "refused.csv",
        403,
    ),
    "a list that is shared": ({"lists": True}, "leads.csv", 200),
}


@pytest.mark.parametrize("way", FILES)
def test_a_file_is_for_whom_the_list_is(store: Store, way: str) -> None:
    terms, name, status = FILES[way]
    query = {"share": made(store, **terms), "lang": "en", "list.stage": "lead"}
    assert answered(name, query).status_code == status


@pytest.mark.anyio
@pytest.mark.parametrize(
    "query",
    [{}, {"team": "all"}, {"team": "B"}, {"period": "all"}, {"data": "1"}, {"v": "1"}],
)
async def test_a_file_has_the_leads_that_are_shared(store: Store, query: dict[str, str]) -> None:
    answer = answered("leads.csv", {"share": made(store, lists=True), "lang": "en", **query})
    text = await _sent(answer)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["Lead id"] for row in rows} == COUNTED
    for lead in LEADS:
        for field in ("name", "phone", "email"):
            assert lead[field] not in text


@pytest.mark.parametrize("token", ["", "A" * 22])
def test_a_file_by_a_token_that_is_none(store: Store, token: str) -> None:
    assert answered("leads.csv", {"share": token}).status_code == 404


def test_a_file_after_the_share_has_ended(store: Store) -> None:
    token = made(store, lists=True)
    shares.revoke(store, token)
    assert answered("leads.csv", {"share": token}).status_code == 404


def test_a_lead_is_told_of_only_where_leads_are(store: Store) -> None:
    from analytics.leads import story

    scope, _may, _understood = told(opened(made(store)))
    for tell in (story.contact, story.history):
        with pytest.raises(NotShown):
            tell(scope.generation, "L4")
    scope, _may, _understood = told(opened(made(store, lists=True)))
    contact = story.contact(scope.generation, "L4").iloc[0]
    assert contact[["name", "phone", "email"]].isna().all()
