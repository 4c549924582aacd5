"""A store of present statuses: the funnel is whole, and no page about time raises an alarm."""

from pathlib import Path

import pytest

from data.load.loader import load
from data.mapping.mapping import Mapping
from tests.pages.conftest import Serve
from tests.support.screen import board, opened, said

MAPPING = Mapping.parse("""
[[files]]
table = "leads"
columns = { lead_id = "id", created_at = "created", stage = "status", source = "source" }
""")
STAGES = ("lead", "lead", "sql", "opportunity", "won", "lost")
NOT_KNOWN = {
    "en": "Time at each stage is not known",
    "vi": "Chưa biết thời gian ở từng giai đoạn",
}
ALARMS = ("grows by", "dài thêm", "overdue", "quá hạn", "waiting longer", "No lead is overdue")


@pytest.fixture(autouse=True)
def statuses(serve: Serve, tmp_path: Path) -> None:
    """Sixty leads of half a year, each with its status and nothing else."""
    rows = "".join(
        f"L{n},2026-0{n % 6 + 1}-{n % 27 + 1:02},{STAGES[n % 6]},Web\n" for n in range(60)
    )
    (tmp_path / "leads.csv").write_text("id,created,status,source\n" + rows)
    load(serve(tmp_path / "store"), [tmp_path / "leads.csv"], mapping=MAPPING)


def test_pages_about_time_say_that_it_is_not_known() -> None:
    for lang, page, query in (
        ("vi", "time_in_stage", {}),
        ("en", "to_do", {}),
        ("vi", "bottlenecks", {"tab": "queues"}),
        ("en", "bottlenecks", {}),
        ("vi", "overview", {}),
        ("en", "funnel", {}),
    ):
        screen = opened(page, lang=lang, **query)
        assert not screen.exception, page
        text = said(screen)
        assert NOT_KNOWN[lang] in text, page
        assert not [alarm for alarm in ALARMS if alarm in text], page


def test_the_list_says_where_a_lead_is_and_not_since_when() -> None:
    screen = opened("leads", lang="en")
    assert not screen.exception
    for cells in board(screen).values():
        assert any(cell.endswith("by its status") for cell in cells)


def test_no_moves_are_counted_that_nobody_made() -> None:
    text = said(opened("data", lang="vi"))
    assert "60 lead, mỗi lead chỉ có trạng thái hiện tại" in text
    assert "lượt chuyển" not in text


def test_nor_is_it_known_how_soon_leads_were_answered(serve: Serve, tmp_path: Path) -> None:
    touches = tmp_path / "touches.csv"
    touches.write_text("lead_id,touched_at,kind\nL1,2026-03-02,sales_call\n")
    screen = opened("response", lang="en")
    assert "export one of these" in said(screen)  # nobody is known to have done anything
    store = serve(tmp_path / "store")
    load(store, [touches], mode="merge")
    for tab in ("none", "analysis", "untouched"):
        screen = opened("response", lang="en", tab=tab)
        assert not screen.exception
        assert NOT_KNOWN["en"] in said(screen)
