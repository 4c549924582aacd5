"""Shares: found by their token alone, ended at their time, and holding the data that they show."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import event, text
from typer.testing import CliRunner, Result

from analytics.__main__ import app as questions
from data import shares, stories
from data.__main__ import app
from data.errors import NotShown, ShareEnded, StateRefused, StoreGone
from data.shares import Share
from data.state.database import State
from data.store import Store
from tests.support.histories import store_of

LEAD = {"lead_id": "x", "created_at": "2024-01-01"}
SHARE = Share("funnel", {"v": "1", "by": "source"}, title="Quý 3", lists=True)


def frozen(generation: int, **fields: Any) -> Share:
    link = {**SHARE.link, "data": f"{generation}-0a1b2c3d"}
    return replace(SHARE, link=link, **fields)


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Store]:
    """A store with one generation, and its state beside it."""
    yield store_of(tmp_path / "store", [LEAD])
    State.of(tmp_path / "store").close()


def run(*arguments: object, ask: bool = False) -> Result:
    return CliRunner().invoke(questions if ask else app, [str(argument) for argument in arguments])


def answer_hash(store: Store, question: str, address: str) -> str:
    """What the command line answers of an address, to the last letter."""
    told = run(question, address, "--store", store.root, "--format", "json", ask=True)
    assert told.exit_code == 0, told.output
    return sha256(told.stdout.encode()).hexdigest()


def test_whoever_has_the_token_finds_the_share(store: Store) -> None:
    ends = datetime.now(UTC) + timedelta(days=1)
    share = replace(SHARE, rows={"team": ["A", None]}, expires_at=ends)
    found = shares.found(store, shares.make(store, share))
    assert found.share == share
    assert found.is_open(ends - timedelta(seconds=1))
    assert not found.is_open(ends)


def test_the_token_is_kept_nowhere(alone: Store) -> None:
    token = shares.make(alone, SHARE)
    State.of(alone.root).close()
    for file in alone.root.iterdir():
        assert not file.is_file() or token.encode() not in file.read_bytes()


def test_no_two_tokens_are_alike(store: Store) -> None:
    tokens = {shares.make(store, SHARE) for _each in range(20)}
    assert len(tokens) == 20
    assert all(shares.token_in(token) == token for token in tokens)


@pytest.mark.parametrize(
    "token", ["", "x", "0" * 22, "%", "' or 1=1 --", "A" * 10_000, "\x00" * 22, "ế" * 22]
)
def test_no_other_text_finds_it(store: Store, token: str) -> None:
    shares.make(store, SHARE)
    with pytest.raises(ShareEnded):
        shares.found(store, token)


def test_the_hash_of_a_token_is_none(alone: Store) -> None:
    shares.make(alone, SHARE)
    with State.of(alone.root).reading() as state:
        kept = str(state.scalar(text("select token_hash from shares")))
    with pytest.raises(ShareEnded):
        shares.found(alone, kept)


def test_it_ends_by_itself(store: Store) -> None:
    token = shares.make(store, replace(SHARE, expires_at=datetime.now(UTC)))
    with pytest.raises(ShareEnded):
        shares.found(store, token)


def test_it_is_ended_once_and_by_whom_is_kept(store: Store) -> None:
    token = shares.make(store, SHARE)
    other = shares.make(store, SHARE)
    shares.revoke(store, f"https://pheu.example.com/s/{token}", "Lan")
    for again in (token, shares.listed(store)[1].id, "https://pheu.example.com/funnel"):
        with pytest.raises(ShareEnded):
            shares.revoke(store, again)
    with pytest.raises(ShareEnded):
        shares.found(store, token)
    shares.found(store, other)
    assert [made.revoked_by for made in shares.listed(store)] == [None, "Lan"]


def test_openings_are_counted(store: Store) -> None:
    made = shares.found(store, shares.make(store, SHARE))
    for _each in range(3):
        shares.opened(store, made)
    (seen,) = shares.listed(store)
    assert (seen.opened, made.opened) == (3, 0)
    assert seen.last_opened is not None
    assert seen.last_opened >= seen.created_at


def test_who_opened_it_is_told_with_the_latest_first(store: Store) -> None:
    made, other = (shares.found(store, shares.make(store, SHARE)) for _each in range(2))
    for who in ("lan", "", "khôi", "", "lan"):
        shares.opened(store, made, who)
    found = shares.openers(store, [made.id, other.id])
    assert [(each.who, each.times) for each in found[made.id]] == [
        ("lan", 2),
        ("", 2),
        ("khôi", 1),
    ]
    assert made.created_at <= found[made.id][1].last <= found[made.id][0].last
    assert found[other.id] == []
    assert shares.openers(store, []) == {}


@pytest.mark.parametrize(
    "share",
    [{"page": "data"}, {"page": "../data"}, {"guest": "everything"}, {"page": "leads"}],
)
def test_what_cannot_be_shared_is_not(share: dict[str, str]) -> None:
    with pytest.raises(NotShown):
        Share(**{"page": "funnel", "link": {}, **share})  # type: ignore[arg-type]


def test_what_is_gone_cannot_be_held(store: Store) -> None:
    with suppress(StoreGone):
        shares.make(store, frozen(9))
    assert shares.listed(store) == []
    assert store.pinned() == set()


def test_the_last_share_of_a_generation_lets_go_of_it(store: Store) -> None:
    first, second = shares.make(store, frozen(1)), shares.make(store, frozen(1))
    shares.revoke(store, first)
    assert store.pinned() == {1}
    shares.revoke(store, second)
    assert store.pinned() == set()


def test_a_share_that_could_not_be_ended_keeps_what_it_holds(store: Store) -> None:
    token = shares.make(store, frozen(1))
    engine = State.of(store.root)._engine

    def refused(_connection: object) -> None:
        raise OSError("the database is gone")

    event.listen(engine, "commit", refused)
    with pytest.raises(StateRefused):
        shares.revoke(store, token)
    event.remove(engine, "commit", refused)
    assert store.pinned() == {1}
    assert shares.found(store, token).share.generation == 1


def test_one_that_expired_lets_go_with_the_next_change(store: Store) -> None:
    shares.make(store, frozen(1, expires_at=datetime.now(UTC)))
    assert store.pinned() == set()


def test_a_share_that_ends_leaves_the_pin_of_a_link(store: Store) -> None:
    token = shares.make(store, frozen(1))
    store.pin(1)
    store.unpin(1)
    assert store.pinned() == {1}
    store.pin(1)
    shares.revoke(store, token)
    assert store.pinned() == {1}


def test_fifty_frozen_links_over_twenty_generations_keep_their_hash(
    alone: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shares and plain links: what the command line answers, each with what it is told about it."""
    monkeypatch.setenv("PHEU_KEPT_GENERATIONS", "1")
    hashes: dict[tuple[str, str], str] = {}
    tokens: list[str] = []
    for number in range(1, 21):
        generation = alone.generation()
        assert generation.number == number
        link = {**SHARE.link, "data": f"{number}-{generation.id}", "lang": "en"}
        alone.pin(number)
        asked = [("leads", f"https://pheu.example.com/leads?{urlencode(link)}")]
        for page in ("funnel", "overview")[: 2 - number % 2]:
            tokens.append(shares.make(alone, replace(SHARE, page=page, link=link)))
            asked.append((page, f"https://pheu.example.com/s/{tokens[-1]}"))
        hashes |= {each: answer_hash(alone, *each) for each in asked}
        leads = [{**LEAD, "lead_id": str(each)} for each in range(number + 1)]
        store_of(alone.root, leads, [(str(each), "sal", "2024-01-09") for each in range(number)])
    assert len(set(hashes.values())) == len(hashes) == 50
    assert alone.generations() == list(range(1, 22))
    assert {each: answer_hash(alone, *each) for each in hashes} == hashes
    for token in tokens:
        shares.revoke(alone, token)
    for number in alone.pinned():
        alone.unpin(number)
    store_of(alone.root, [LEAD])
    assert alone.generations() == [22]


# --- the command line -----------------------------------------------------------------------------


def test_the_command_line_shares_lists_and_ends(alone: Store) -> None:
    link = "https://pheu.example.com/pheu/funnel?v=2&source=seo"
    options = ("--frozen", "--guest", "period", "--expires", "30d", "--title", "Quý 3")
    made = run("share", link, *options, "--store", alone.root)
    assert made.exit_code == 0, made.output
    address = made.stdout.strip()
    assert address.startswith("https://pheu.example.com/pheu/s/")
    listed = run("shares", "--store", alone.root).stdout
    for words in ("1  funnel frozen at generation 1", "moves period", "Quý 3", "openings 0"):
        assert words in listed
    assert run("unshare", address, "--store", alone.root).exit_code == 0
    assert run("unshare", 1, "--store", alone.root).exit_code == 1
    assert "ended" in run("shares", "--store", alone.root).stdout


def test_the_command_line_says_what_is_a_slide(alone: Store) -> None:
    shares.make(alone, SHARE)
    stories.add(alone, stories.make(alone, "Họp tuần"), replace(SHARE, title="Phễu"))
    (story,) = stories.listed(alone)
    stories.hand_on(alone, story)
    followed, slide, share = run("shares", "--store", alone.root).stdout.splitlines()
    assert f"story {story.id}  guest moves nothing  Họp tuần" in followed
    assert slide.endswith("openings 0  slide of Họp tuần")
    assert share.endswith("openings 0")


@pytest.mark.parametrize(
    "arguments",
    [
        ("funnel?by=nonsense",),
        ("https://pheu.example.com/data",),
        ("localhost:8501/funnel?v=2",),
        ("funnel?v=2", "--guest", "much"),
        ("funnel?v=2", "--expires", "soon"),
        ("funnel?v=2", "--expires", "0d"),
        ("leads?v=2",),
    ],
)
def test_what_is_not_understood_is_not_shared(alone: Store, arguments: tuple[str, ...]) -> None:
    assert run("share", *arguments, "--store", alone.root).exit_code != 0
    assert shares.listed(alone) == []


def test_a_shares_address_is_asked_like_a_link(alone: Store) -> None:
    token = shares.make(alone, replace(SHARE, guest="nothing", lists=False))
    address = f"http://localhost:8501/s/{token}"
    asked = run("funnel", address, "--store", alone.root, "--format", "csv", ask=True)
    plain = run("funnel", "by=source", "--store", alone.root, "--format", "csv", ask=True)
    assert asked.stdout == plain.stdout != ""
    moved = f"{address}?by=team&period=last-90d"
    asked = run("funnel", moved, "--store", alone.root, "--format", "csv", ask=True)
    assert asked.stdout == plain.stdout
    for question in ("leads", "waiting", "to-do", "lead"):
        refused = run(question, address, "--store", alone.root, ask=True)
        assert refused.exit_code != 0
        assert not refused.stdout
    shares.revoke(alone, token)
    assert run("funnel", address, "--store", alone.root, ask=True).exit_code == 1
