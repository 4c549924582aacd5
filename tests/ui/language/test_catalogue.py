"""The catalogue: what is said in the source is found wherever it stands, and is translated."""

import ast
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message

from ui.language import catalogue


@pytest.fixture(scope="module")
def extracted() -> Catalog:
    return catalogue.extract()


def _first(message: Message) -> str:
    """What one of it is said by."""
    return message.id if isinstance(message.id, str) else message.id[0]


def _spoken() -> Iterator[tuple[str, str]]:
    """Every message in the source as Python reads it, with its file."""
    for package in catalogue.SPOKEN_IN:
        for file in sorted((catalogue.ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                    continue
                name, texts = node.func.id, node.args
                if name not in catalogue.MARKS:
                    continue
                text = texts[1] if name in ("_p", "N_p") and len(texts) > 1 else texts[0]
                if isinstance(text, ast.Constant):
                    yield str(text.value), file.name


def test_no_message_hides_from_the_catalogue(extracted: Catalog) -> None:
    # Babel does not look into f-strings of Python 3.11: such a message would stay English.
    found = {_first(message) for message in extracted}
    spoken = set(_spoken())
    assert len(spoken) > 200
    assert [(text, file) for text, file in spoken if text not in found] == []


def test_every_message_has_its_vietnamese(extracted: Catalog) -> None:
    vietnamese = catalogue.read("vi")
    untranslated = [
        message.id
        for message in extracted
        if message.id
        and (
            (entry := vietnamese.get(message.id, message.context)) is None
            or not catalogue.translated(entry)
        )
    ]
    assert untranslated == [], "translate them in ui/locales (`make words` writes them there)"


def test_there_are_no_dead_entries(extracted: Catalog) -> None:
    catalog = catalogue.read("vi")
    spoken = {(message.context, _first(message)) for message in extracted if message.id}
    kept = {(message.context, _first(message)) for message in catalog if message.id}
    assert kept - spoken == set()
    assert catalog.obsolete == {}, "`make words ARGS=--tidy` drops them"
