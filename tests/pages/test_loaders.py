"""The loaders: nobody, everybody or those that the proxy names; and what others see there."""

import pytest
from starlette.datastructures import Headers

from tests.support.screen import opened
from ui import loaders


class Sent(Headers):
    def get_all(self, key: str) -> list[str]:
        return self.getlist(key)


def sent(*lines: tuple[str, str]) -> Sent:
    return Sent(raw=[(name.lower().encode(), value.encode()) for name, value in lines])


ANN = ("X-Forwarded-User", "ann@example.com")
BOB = ("X-Forwarded-User", "bob@example.com")
NAMED = {"PHEU_LOADERS": "ann@example.com, Lan"}


@pytest.mark.parametrize(
    ("env", "lines", "may"),
    [
        ({}, [], True),
        ({"PHEU_READ_ONLY": "0"}, [], True),
        ({"PHEU_READ_ONLY": "1"}, [ANN], False),
        ({"PHEU_READ_ONLY": "yes"}, [], False),
        ({"PHEU_READ_ONLY": "maybe"}, [], False),
        ({**NAMED, "PHEU_READ_ONLY": "1"}, [ANN], False),
        (NAMED, [ANN], True),
        (NAMED, [("x-forwarded-user", " LAN ")], True),
        (NAMED, [BOB], False),
        (NAMED, [], False),
        (NAMED, [ANN, BOB], False),
        (NAMED, [BOB, ANN], False),
        (NAMED, [("X-Forwarded-User", "ann@example.com, bob@example.com")], False),
        (NAMED, [("X-Forwarded-User", "")], False),
        (NAMED, [("Remote-User", "Lan")], False),
        ({**NAMED, "PHEU_USER_HEADER": "Remote-User"}, [("Remote-User", "Lan")], True),
        ({**NAMED, "PHEU_USER_HEADER": "Remote-User"}, [ANN], False),
        ({"PHEU_LOADERS": ""}, [("X-Forwarded-User", "")], False),
        ({"PHEU_LOADERS": " , "}, [ANN], False),
    ],
)
def test_who_may_load(
    env: dict[str, str],
    lines: list[tuple[str, str]],
    may: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert loaders.may_load(sent(*lines)) is may


@pytest.mark.usefixtures("sample")
def test_a_page_that_only_reads_has_no_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHEU_READ_ONLY", "1")
    screen = opened("data", lang="vi")
    assert not screen.get("file_uploader")
    assert "Nạp thêm" in [title.value for title in screen.header]
    monkeypatch.delenv("PHEU_READ_ONLY")
    monkeypatch.setenv("PHEU_LOADERS", "ann")
    assert not opened("data", lang="en").get("file_uploader")
    monkeypatch.delenv("PHEU_LOADERS")
    assert opened("data", lang="en").get("file_uploader")


@pytest.mark.usefixtures("empty")
def test_nobody_makes_the_sample_there_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHEU_READ_ONLY", "1")
    screen = opened("data", lang="en")
    assert not screen.get("file_uploader")
    assert not screen.button
