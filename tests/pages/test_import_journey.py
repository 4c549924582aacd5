"""Files as people have them, taken through the four steps in a real browser.

In both languages, wide and narrow, and once without a mouse.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from data.store import Store
from tests.support.axe import violations
from tests.support.browsing import body, opened, settled
from tests.support.serving import Server, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page

ON = {
    "en": ("Next: columns", "Next: stages", "Next: check"),
    "vi": ("Tiếp: cột", "Tiếp: giai đoạn", "Tiếp: xem trước"),
}
FILES = {"en": "Your files", "vi": "File của bạn"}
LOAD = {"en": "Load", "vi": "Nạp"}
SHEET = """\
BÁO CÁO KHÁCH HÀNG THÁNG 10;;;;
Phòng kinh doanh;;;;
;;;;
Mã khách hàng;Tên công ty;Nguồn;Ngày tạo;Trạng thái
KH1;Nhựa Thuận Thành;Hội chợ;13/01/2026;Mới
KH2;Ba Con Cua;Zalo;14/01/2026;Chốt đơn
KH3;Dệt May 8;Giới thiệu;15/01/2026;Đã rớt
KH4;Gỗ An Cường;Zalo;16/01/2026;Đang thương lượng giá
"""
HUBSPOT = """\
"Record ID","First Name","Last Name","Email","Create Date","Lifecycle Stage",\
"Original Traffic Source","Became a Lead Date","Became a Marketing Qualified Lead Date",\
"Became an Opportunity Date","Became a Customer Date"
"1","An","Ly","an@example.vn","2026-01-05 09:30","Customer","Paid Search","2026-01-05 09:30",\
"2026-01-06 09:30","2026-01-08 09:30","2026-02-01 10:00"
"2","Binh","Vo","binh@example.vn","2026-01-09 10:00","Lead","Referrals","2026-01-09 10:00","","",""
"""
FACEBOOK = (
    "id\tcreated_time\tad_name\tcampaign_name\tform_name\tis_organic\tplatform\tfull_name\t"
    "phone_number\temail\tlead_status\n"
    "l:101\t2026-01-05T09:30:00+07:00\tVideo\tBrand\tForm\tfalse\tfb\tLy An\tp:+84901000001\t"
    "an@example.vn\tCREATED\n"
    "l:102\t2026-01-06T09:30:00+07:00\tVideo\tBrand\tForm\tfalse\tig\tVo Binh\tp:+84901000002\t"
    "binh@example.vn\tCREATED\n"
)
MOVES = """\
Lead ID,Stage,Entered at
KH1,mql,2026-02-05 11:00
KH1,sal,2026-02-07 10:00
KH2,sal,2026-02-08 09:00
KH2,won,2026-02-12 16:00
KH3,lost,2026-02-12 10:00
"""
PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 8


@pytest.fixture(scope="module")
def own(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of these tests alone, into which they load."""
    folder = tmp_path_factory.mktemp("import")
    shutil.copytree(sample_store, folder / "store")
    with serving(folder / "store", folder / "server.log") as running:
        yield running
        assert "Traceback" not in running.log


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    """A page in which axe may run; the product's own policy lets no script of others."""
    with browser.new_context(bypass_csp=True, reduced_motion="reduce") as context:
        yield context.new_page()


ASKED_FOR = """document.addEventListener("click", (event) => {
  if (!event.target.matches("input[type=file]")) return
  event.preventDefault()
  window.asked = true
}, true)"""


def at_data(page: "Page", server: Server, lang: str, width: int) -> "Page":
    """The page Data, as wide as that."""
    page.set_viewport_size({"width": width, "height": 900})
    return opened(page, server, f"/data?v=2&lang={lang}")


def dropped(page: "Page", name: str, content: bytes, lang: str) -> None:
    """A file is chosen, and looked at."""
    sent: FilePayload = {"name": name, "mimeType": "text/csv", "buffer": content}
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(sent)
    there(page, name, lang)


def there(page: "Page", name: str, lang: str) -> None:
    """Waits until a file is there, and what it is."""
    page.get_by_role("heading", name=FILES[lang], level=2).wait_for()
    page.get_by_text(name).first.wait_for()
    settled(page)


def on(page: "Page", label: str, press: str = "") -> None:
    """The next step, drawn; a key is pressed where the focus is on the button already."""
    button = page.get_by_role("button", name=label)
    if press:
        page.keyboard.press(press)
    else:
        button.click()
    button.wait_for(state="detached")
    settled(page)


def is_sound(page: "Page") -> None:
    """No rule of accessibility is broken, and nothing is wider than the screen."""
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def current(server: Server) -> int:
    """The generation in use."""
    return Store(server.log_file.parent / "store").current() or 0


def test_a_sheet_with_titles_and_statuses(own: Server, page: "Page") -> None:
    before = current(own)
    at_data(page, own, "vi", 1440)
    is_sound(page)
    dropped(page, "khách hàng.csv", SHEET.encode(), "vi")
    assert "BÁO CÁO KHÁCH HÀNG THÁNG 10" in body(page)  # what was skipped is shown
    is_sound(page)
    on(page, ON["vi"][0])
    assert page.get_by_role("combobox", name="Trạng thái là gì?").input_value() == "Giai đoạn"
    is_sound(page)
    on(page, ON["vi"][1])
    asked = page.get_by_role("combobox", name="Đang thương lượng giá là giai đoạn nào?")
    asked.fill("SQL")
    page.get_by_role("option", name="SQL (đạt chuẩn)", exact=True).click()
    page.locator(".stMarkdownBadge", has_text="bạn chọn").wait_for()
    settled(page)
    is_sound(page)
    on(page, ON["vi"][2])
    assert "Đã đọc 4 dòng = nạp 4 + từ chối 0 + bỏ qua 0" in body(page)
    is_sound(page)
    page.get_by_role("button", name=LOAD["vi"]).click()
    way = page.get_by_role("link", name="Xem phễu →")
    way.wait_for()
    assert current(own) > before
    assert way.get_attribute("target") != "_blank"
    way.click()
    page.get_by_role("heading", name="Phễu", level=1).wait_for()


@pytest.mark.parametrize(
    ("name", "content", "lang", "width", "is_of"),
    [
        ("contacts.csv", HUBSPOT.encode(), "en", 390, "HubSpot: contacts"),
        ("leads.csv", FACEBOOK.encode("utf-16"), "vi", 390, "Facebook Lead Ads"),
    ],
    ids=["hubspot", "facebook"],
)
def test_an_export_is_recognised(
    own: Server, page: "Page", name: str, content: bytes, lang: str, width: int, is_of: str
) -> None:
    at_data(page, own, lang, width)
    dropped(page, name, content, lang)
    assert is_of in page.get_by_role("heading", level=2).all_inner_texts()[1]
    for label in ON[lang]:
        is_sound(page)
        on(page, label)
    is_sound(page)
    assert page.get_by_role("button", name=f"{LOAD[lang]} 2").count() == 1


def test_a_picture_stops_at_the_door(own: Server, page: "Page") -> None:
    for lang, why in (("en", "picture"), ("vi", "ảnh")):
        at_data(page, own, lang, 1024)
        dropped(page, "list.png", PICTURE, lang)
        assert why in page.get_by_role("alert").inner_text()
        assert page.get_by_role("button", name=ON[lang][0]).is_disabled()
        is_sound(page)


def test_a_history_is_loaded_without_a_mouse(own: Server, page: "Page") -> None:
    before = current(own)
    at_data(page, own, "en", 1440)
    tabbed(page, "Upload")
    # (Chromium does not tell of each chooser that a key opens, so it is seen where it begins.)
    page.evaluate(ASKED_FOR)
    page.keyboard.press("Enter")
    assert page.evaluate("window.asked"), "Enter asks for a file"
    dropped(page, "moves.csv", MOVES.encode(), "en")
    for label in ON["en"]:
        tabbed(page, label)
        on(page, label, "Enter")
    tabbed(page, "Load 5 rows")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="See the funnel →").wait_for()
    assert current(own) > before


def tabbed(page: "Page", label: str) -> None:
    """Presses Tab until the focus is on a button that says this; Streamlit's own are passed."""
    for _press in range(120):
        page.keyboard.press("Tab")
        said = page.evaluate("document.activeElement?.innerText || ''")
        if label in said and page.evaluate("document.activeElement.tagName") == "BUTTON":
            return
    raise AssertionError(f"no Tab leads to {label!r}")
