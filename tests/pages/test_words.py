"""The words of the screens: what a director reads, before anything is opened, in both languages.

How it was computed is one click deeper; see `ui/page/deeper.py` and `ui/page/card.py`.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

import pytest

from analytics.names import NAMES
from analytics.view.view import View
from tests.support.screen import LANGUAGES, PAGES, looked_at, shown
from tests.support.surface import Piece, figures, pieces
from ui.language import catalogue, formats

SURFACES = (
    *((page, "") for page in PAGES),
    *(("bottlenecks", tab) for tab in ("queues", "reasons", "change", "what-if", "flow")),
)
"""Every page as it opens, and its tabs; the analysis is what the surface is not."""

LONGEST_TITLE = 60
NOWHERE = (
    r"\bq\s*[<=≤]",
    r"\bn\s*[<=≤]",
    r"\bp\s*[<=≤]",
    r"\bp90\b",
    *("Wilson", "Kaplan", "Shapley", "Markov", r"(?-i:\bLittle\b)", "Aalen", "Simpson"),
)
NOT_SAID = {
    "vi": (
        *NOWHERE,
        *("rốt cuộc", "khoảng 95", r"Dư \(", r"Tồn \(", "lượt ở", "lượt đã xong", r"\bchỗ\b"),
        *("trung vị", "phân vị", "cơ cấu", "khách hàng mới", "Mốc một nửa", "Tìm chỗ hụt"),
    ),
    "en": (
        *NOWHERE,
        *(
            r"\bin the end\b",
            r"95\s?% (interval|band)",
            r"\bmedian\b",
            "percentile",
            "new customers",
        ),
        *(r"\bof late\b", r"\bsurely\b", r"\bhalf stay \(", "of those who had it"),
    ),
}
IN_A_DICTIONARY = (
    "in the end",
    "new customers",
    "rốt cuộc",
    "khách hàng mới",
)  # it says what is not to be said
ENGLISH = re.compile(
    r"\b(the|of|and|with|from|leads|days|customers|deals|select|upload|show|hide|open|lost|none)\b",
    re.IGNORECASE,
)
_RANGES = {
    "vi": r"\d{1,2}/\d{1,2}(?:/\d{4})?\s?–\s?\d{1,2}/\d{1,2}(?:/\d{4})?",
    "en": r"\d{1,2} [A-Z][a-z]{2}(?: \d{4})?\s?–\s?\d{1,2} [A-Z][a-z]{2}(?: \d{4})?",
}


def surface(page: str, tab: str, lang: str) -> list[Piece]:
    """What is read of a page that a bare address opens; drawn once, whoever asks."""
    return pieces(looked_at(page, v="2", lang=lang, **({"tab": tab} if tab else {})))


def everywhere() -> Iterator[tuple[str, str, str]]:
    """Every surface in both languages."""
    for page, tab in SURFACES:
        for lang in LANGUAGES:
            yield page, tab, lang


pytestmark = pytest.mark.usefixtures("sample")
each = pytest.mark.parametrize(("page", "tab", "lang"), list(everywhere()))


@each
def test_the_surface_has_no_word_of_statistics(page: str, tab: str, lang: str) -> None:
    banned = NOT_SAID[lang]
    if page == "definitions":
        banned = tuple(word for word in banned if word.strip(r"\b") not in IN_A_DICTIONARY)
    found = [
        (word, piece.kind, piece.text)
        for piece in surface(page, tab, lang)
        for word in banned
        if re.search(word, piece.text, flags=re.I)
    ]
    assert found == []


@each
def test_titles_are_short_and_in_order(page: str, tab: str, lang: str) -> None:
    headings = [piece for piece in surface(page, tab, lang) if re.fullmatch(r"h\d", piece.kind)]
    assert [piece.text for piece in headings if len(piece.text) > LONGEST_TITLE] == []
    levels = [int(piece.kind[1]) for piece in headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    for before, after in pairwise(levels):
        assert after <= before + 1, [f"{piece.kind} {piece.text}" for piece in headings]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", ["sources", "bottlenecks"])
def test_titles_of_an_analysis_are_short_too(page: str, lang: str) -> None:
    read = surface(page, "analysis", lang)
    titles = [piece.text for piece in read if re.fullmatch(r"h\d", piece.kind)]
    assert len(titles) > 5
    assert [title for title in titles if len(title) > LONGEST_TITLE] == []


@each
def test_the_window_is_printed_once(page: str, tab: str, lang: str) -> None:
    apart = ("board", "selectbox")  # days of its rows, and what the page is compared with
    said = [piece.text for piece in surface(page, tab, lang) if piece.kind not in apart]
    ranges = [text for text in said if re.search(_RANGES[lang], text)]
    assert len(ranges) <= 1, ranges


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_name_has_one_value_on_all_pages(lang: str) -> None:
    """Of one window: numbers of the page's period are compared where pages show the same one."""
    values: dict[tuple[str, str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for page, tab in SURFACES:
        screen = looked_at(page, v="2", lang=lang, **({"tab": tab} if tab else {}))
        days = (
            formats.days_between(*shown(screen).days) if page not in ("data", "definitions") else ""
        )
        for figure in figures(screen):
            for name in NAMES:
                if re.match(rf"{re.escape(name.label(lang))}(,|$| \()", figure.name, flags=re.I):
                    window = days if name.window == "period" else name.window
                    at = (name.slug, window, figure.of)
                    values[at][_number(figure.value)].add(f"{page} {tab}".strip())
    assert {at: dict(found) for at, found in values.items() if len(found) > 1} == {}
    assert {name for name, _window, _of in values} >= {"new_leads", "deals_won", "value_won"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_funnel_shows_the_rate_that_the_overview_tells(lang: str) -> None:
    (rate,) = (
        figure.value
        for figure in figures(looked_at("overview", v="2", lang=lang))
        if figure.value.endswith("%")
    )
    drawn = [piece.text for piece in surface("funnel", "", lang) if piece.kind == "chart"]
    assert rate.rstrip("%") in [text.partition(" ")[0] for text in drawn]


@pytest.mark.parametrize(("page", "tab"), SURFACES)
def test_vietnamese_pages_have_no_english_on_them(page: str, tab: str) -> None:
    if page == "definitions":
        pytest.skip("it says each word in both languages")
    english = {
        text
        for message in catalogue.read("vi")
        for text in ((message.id,) if isinstance(message.id, str) else message.id)
        if text and " " in text and message.string and text not in message.string
    }
    left = [
        (piece.kind, piece.text)
        for piece in surface(page, tab, "vi")
        if piece.text in english or ENGLISH.search(piece.text)
    ]
    assert left == []


def test_the_translations_never_call_an_interval_about_95_percent() -> None:
    said = [str(message.string) for message in catalogue.read("vi")]
    assert [text for text in said if re.search(r"khoảng 95", text, flags=re.I)] == []


def test_the_bare_view_is_what_is_looked_at() -> None:
    view = shown(looked_at("overview", v="2", lang="vi")).view
    assert view == View.opening("vi")


def _number(text: str) -> str:
    return re.sub(r"[^\d,.%]", "", text)
