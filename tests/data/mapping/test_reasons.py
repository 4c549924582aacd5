"""What reasons in files mean, and under which headers they are found."""

import pytest

from data.mapping.guess import read
from data.mapping.headings import Headings
from data.mapping.reasons import kinds_of
from data.pipeline import Pipeline
from data.reason import Reason
from data.sample.world import World

PIPELINE = Pipeline.default()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("price", "price"),  # a slug
        ("GIÁ", "price"),  # a label
        ("gia", "price"),  # typed without accents
        ("Đánh giá nội bộ", "other"),  # a label counts only as the whole of a text
        ("Giá cao hơn bên khác", "competitor"),  # the longest word counts
        ("Khach khong nghe may 3 lan", "unreachable"),
        ("Too expensive!", "price"),
        ("No-need", "no_need"),
        ("Lý do khác", "other"),
        ("khách hàng cũ", "other"),  # `khác` is no part of another word
        ("Không rõ", "unknown"),
        ("…", "other"),
    ],
)
def test_the_kind_of_a_text(text: str, kind: str) -> None:
    assert kinds_of([text], PIPELINE) == {text: kind}


def test_a_company_tells_other_kinds_apart() -> None:
    own = (Reason("no_stock", (("vi", "Hết hàng"),)), Reason("other"), Reason("unknown"))
    pipeline = Pipeline(PIPELINE.stages, PIPELINE.exits, reasons=own)
    assert kinds_of(["het hang", "Price"], pipeline) == {"het hang": "no_stock", "Price": "other"}


def test_the_words_of_the_sample_are_known() -> None:
    words = World.read().facts["reasons"]["words"]
    found = {text: kind for kind, texts in words.items() for text in texts}
    assert kinds_of(found, PIPELINE) == found


@pytest.mark.parametrize(
    "header",
    [
        "Closed Lost Reason",
        "Lost Reason",
        "Deal - Lost reason",
        "Reason For Loss",
        "Disqualified Reason",
        "Unqualified Reason",
        "Lý do thất bại",
        "Lý do loại",
        "Причина отказа",
    ],
)
def test_the_headers_of_reasons(header: str) -> None:
    listed = read(Headings(["Lead ID", "Created", "Status", header], []), PIPELINE).entry
    assert listed.columns["reason"] == header
    moves = read(Headings(["Lead ID", "New stage", "Changed at", header], []), PIPELINE).entry
    assert (moves.table, moves.columns["reason"]) == ("stage_history", header)
