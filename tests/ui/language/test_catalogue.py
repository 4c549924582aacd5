"""The catalogue: what is said in the source is found, wherever a sentence stands."""

import ast
from collections.abc import Iterator

from ui.language import catalogue


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


def test_no_message_hides_from_the_catalogue() -> None:
    # Babel does not look into f-strings of Python 3.11: such a message would stay English.
    ids = {message.id for message in catalogue.extract()}
    found = {text if isinstance(text, str) else text[0] for text in ids}
    spoken = set(_spoken())
    assert len(spoken) > 200
    assert [(text, file) for text, file in spoken if text not in found] == []
