"""`docs/architecture.md` and its picture: every room exists, and every arrow is an import."""

import ast
import re
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support.markdown import ROOT, code, section, tables, text_of

TEXT = text_of("architecture.md")
PICTURE = ElementTree.parse(ROOT / "docs" / "architecture.svg").getroot()
SVG = "{http://www.w3.org/2000/svg}"
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]
LAYERS = ["pages", *next(each["layers"] for each in CONTRACTS if each["type"] == "layers")]
DATA = ["data.files", "data.values", "data.mapping", "data.load"]


def imported(folder: str) -> Iterator[tuple[Path, str]]:
    """Every import in a folder: the file, and the full name of what it imports."""
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((path, name.name) for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from ((path, f"{node.module}.{name.name}") for name in node.names)


def of(name: str, package: str) -> bool:
    return f"{name}.".startswith(f"{package}.")


def arrows_of_picture() -> list[tuple[str, str]]:
    return [
        (path.attrib["data-from"], path.attrib["data-to"])
        for path in PICTURE.iter(f"{SVG}path")
        if path.attrib.get("class") == "arrow"
    ]


def test_every_path_that_is_named_exists() -> None:
    named = [name for name in code(TEXT) if re.search(r"/|\.(py|toml|sql)$", name)]
    assert len(named) > 30
    ours = [name for name in named if name != "sql/"]
    assert [name for name in ours if not (ROOT / name).exists()] == []


def test_every_folder_is_named() -> None:
    (rows,) = tables(section(TEXT, "Folders"))
    named = {name.strip("/") for row in rows for name in code(row["folder"])}
    for layer in LAYERS:
        for path in (ROOT / layer).rglob("*.py"):
            folder = path.parent.relative_to(ROOT).as_posix()
            assert folder in named or folder in LAYERS, f"{folder}/ is not in the table"


def test_every_room_of_the_picture_exists() -> None:
    groups = {group.attrib["id"]: group for group in PICTURE.findall(f"{SVG}g")}
    assert list(groups) == LAYERS
    for layer, group in groups.items():
        rooms = [text.text for text in group.iter(f"{SVG}text") if text.attrib["class"] == "room"]
        assert rooms
        for room in rooms:
            path = ROOT / layer / str(room)
            assert path.exists() or path.with_suffix(".py").is_file(), f"{layer}/{room}"
        folders = {path.parent.name for path in (ROOT / layer).glob("*/*.py")}
        assert folders <= set(rooms), f"a folder of {layer}/ is not in the picture"


@pytest.mark.parametrize(("upper", "lower"), arrows_of_picture())
def test_an_arrow_of_the_picture_is_an_import_and_allowed(upper: str, lower: str) -> None:
    assert LAYERS.index(upper) < LAYERS.index(lower)
    assert any(of(name, lower) for _, name in imported(upper))


def test_the_line_of_layers_is_that_of_the_contract() -> None:
    assert " → ".join(f"`{layer}`" for layer in LAYERS) in TEXT
    arrows = arrows_of_picture()
    for upper, lower in pairwise(LAYERS):
        assert (upper, lower) in arrows


def test_what_the_page_says_of_streamlit_and_plotly_is_a_contract() -> None:
    assert "know neither Streamlit nor Plotly" in TEXT
    forbidden = [each for each in CONTRACTS if each["type"] == "forbidden"]
    assert any(
        {"analytics", "data"} <= set(each["source_modules"])
        and {"streamlit", "plotly"} <= set(each["forbidden_modules"])
        for each in forbidden
    )


def test_statistics_import_nothing_else_of_ours() -> None:
    for path, name in imported("analytics/stats"):
        ours = any(of(name, layer) for layer in LAYERS)
        assert not ours or of(name, "analytics.stats"), f"{path} imports {name}"


def test_charts_know_no_answers_and_no_data() -> None:
    for path, name in imported("ui/charts"):
        assert not of(name, "analytics"), f"{path} imports {name}"
        assert not of(name, "data"), f"{path} imports {name}"


@pytest.mark.parametrize("package", DATA)
def test_the_ways_into_the_store_use_only_those_before_them(package: str) -> None:
    later = DATA[DATA.index(package) + 1 :]
    for path, name in imported(package.replace(".", "/")):
        assert not any(of(name, other) for other in later), f"{path} imports {name}"
