"""The limit: who guesses waits, and others do not."""

import asyncio
from typing import Any

import pytest

from ui.shell import limit
from ui.shell.limit import Limit


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(limit, "monotonic", clock)
    return clock


@pytest.fixture
def limited() -> Limit:
    async def app(scope: Any, _receive: Any, send: Any) -> None:
        status = 404 if scope["path"].endswith("wrong") else 200
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return Limit(app, refusals={"/s/": 3}, requests={"/upload/": 2}, base="/pheu")


def asked(limited: Limit, path: str, client: str = "192.0.2.1") -> tuple[int, dict[str, str]]:
    answers: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        answers.append(message)

    scope = {"type": "http", "method": "GET", "path": f"/pheu{path}", "client": (client, 1)}
    asyncio.run(limited(scope, receive, send))
    start = answers[0]
    return start["status"], {name.decode(): value.decode() for name, value in start["headers"]}


def test_who_guesses_waits_a_minute(limited: Limit, clock: Clock) -> None:
    for status in (404, 404, 404, 429, 429):
        assert asked(limited, "/s/wrong")[0] == status
    status, headers = asked(limited, "/s/right")
    assert (status, headers["retry-after"]) == (429, "60")
    assert asked(limited, "/s/right", client="192.0.2.2")[0] == 200
    assert asked(limited, "/funnel/wrong")[0] == 404
    clock.now += 61
    assert asked(limited, "/s/right")[0] == 200


def test_a_room_full_of_people_opens_what_is_shared(limited: Limit, clock: Clock) -> None:
    assert {asked(limited, "/s/right")[0] for _person in range(100)} == {200}


def test_where_every_request_counts_the_answer_does_not(limited: Limit, clock: Clock) -> None:
    assert [asked(limited, "/upload/1")[0] for _each in range(3)] == [200, 200, 429]
    clock.now += 61
    assert asked(limited, "/upload/1")[0] == 200


def test_it_forgets_whom_it_has_not_seen_for_long(
    limited: Limit, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limit, "_MOST_KNOWN", 50)
    for number in range(200):
        asked(limited, "/s/wrong", client=f"192.0.2.{number}")
    assert len(limited._counted) == 50
