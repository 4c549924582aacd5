"""The wizard: four steps from a file to data, without a browser."""

import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data import apart
from data.files.preview import preview
from data.load.survey import survey
from data.store import Store
from tests.support.importing import back, brought, chosen, on, onward
from tests.support.screen import LANGUAGES, bars, moved, opened, said, settled

HEADER = "Mã lead,Ngày tạo,Nguồn,Trạng thái,Tỉnh"
SNAPSHOT = "\n".join(
    [
        HEADER,
        *(
            f"L{number},2026-0{1 + number % 6}-1{number % 9},{source},{status},Hà Nội"
            for number, (source, status) in enumerate(
                [("Google Ads", "Mới")] * 6
                + [("Kênh lạ", "Xem sau này")] * 3
                + [("Zalo", "Chốt đơn")] * 2
                + [("Zalo", "Đã rớt")]
            )
        ),
    ]
).encode()
IS_STAGE = {"vi": "Trạng thái là gì?", "en": "What is Trạng thái?"}
WHICH = {"vi": "Xem sau này là giai đoạn nào?", "en": "Which stage is Xem sau này?"}


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was asked of the load's own process, in turn."""
    asked: list[object] = []
    call = apart.call

    def noted(work: Any, *what: Any, **how: Any) -> object:
        asked.append(work)
        return call(work, *what, **how)

    monkeypatch.setattr(apart, "call", noted)
    return asked


def statuses(lang: str) -> AppTest:
    """The third step of a list of leads with their present status."""
    screen = on(brought(opened("data", lang=lang), ("khách hàng.csv", SNAPSHOT)))
    return on(screen)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_present_status_becomes_a_funnel(lang: str, own_sample: Store) -> None:
    screen = statuses(lang)
    assert bars(screen) == {"lead": 12, "prospect": 2, "opportunity": 2, "customer": 2}
    screen = chosen(screen, WHICH[lang], "opportunity")
    assert bars(screen) == {"lead": 12, "prospect": 5, "opportunity": 5, "customer": 2}
    screen = back(back(screen))  # nothing that was said is lost
    assert "khách hàng.csv" in said(screen)
    screen = moved(moved(screen, "definitions"), "data")
    screen = on(screen, 2)
    assert bars(screen)["opportunity"] == 5
    screen = on(screen)
    assert bars(screen) == {"lead": 12, "prospect": 5, "opportunity": 5, "customer": 2}
    sums = {
        "en": "12 rows read = **12 loaded** + 0 refused + 0 left out",
        "vi": "Đã đọc 12 dòng = **nạp 12** + từ chối 0 + bỏ qua 0",
    }
    assert sums[lang] in said(screen)
    assert own_sample.current() == 1  # a trial is no load
    screen = on(screen)
    assert own_sample.current() == 2
    assert len(screen.success) == 1
    assert {"en": "See the funnel →", "vi": "Xem phễu →"}[lang] in said(screen)
    assert not onward(screen)  # nothing is left that could be loaded again by mistake


@pytest.mark.usefixtures("untouched")
def test_the_language_changes_nothing_that_was_said() -> None:
    screen = chosen(statuses("en"), WHICH["en"], "sql")
    screen.query_params["lang"] = "vi"
    screen = settled(screen)
    assert WHICH["vi"] in [each.label for each in screen.selectbox]
    assert bars(screen) == {"lead": 12, "prospect": 5, "opportunity": 2, "customer": 2}


@pytest.mark.usefixtures("untouched")
def test_what_was_read_once_is_not_read_again(looks: list[object]) -> None:
    screen = brought(opened("data", lang="en"), ("leads.csv", SNAPSHOT))
    screen = settled(settled(screen))
    assert looks == [preview]
    screen = back(on(screen, 2))
    screen = on(screen)
    assert looks == [preview, survey]


@pytest.mark.usefixtures("untouched")
def test_a_status_can_become_a_stage_of_its_own() -> None:
    screen = chosen(statuses("en"), WHICH["en"], "new-stage")
    (name,) = [each for each in screen.text_input if each.label == "Name"]
    assert name.value == "Xem sau này"
    screen = settled(next(b for b in screen.button if b.label == "Add the stage").click())
    (box,) = [each for each in screen.selectbox if each.label == WHICH["en"]]
    assert box.value == "xem_sau_nay"
    assert bars(screen) == {"lead": 12, "prospect": 5, "opportunity": 2, "customer": 2}


@pytest.mark.usefixtures("untouched")
def test_values_nobody_knows_are_left_as_they_are_in_one_press() -> None:
    rows = [f"X{n},2026-01-0{n},seo,Lạ {n},Huế" for n in range(1, 4)]
    screen = brought(opened("data", lang="en"), ("a.csv", "\n".join([HEADER, *rows]).encode()))
    screen = on(screen, 2)
    assert "Look at 3 of them" in said(screen)
    leave = next(each for each in screen.button if each.label == "Leave those 3 as they are")
    screen = settled(leave.click())
    assert "All of them are known." in said(screen)
    # No lead reaches a second step: that has to be meant.
    screen = on(screen)
    (load,) = onward(screen)
    assert load.disabled
    assert len(screen.warning) == 1
    screen = settled(screen.checkbox[0].check())
    (load,) = onward(screen)
    assert not load.disabled


def test_what_is_missing_is_said_before_anything_is_read(
    untouched: Store, looks: list[object]
) -> None:
    screen = on(brought(opened("data", lang="vi"), ("a.csv", b"Foo;Bar\n1;2\n")))
    (button,) = onward(screen)
    assert button.disabled
    assert any("Mã lead" in each.value for each in screen.warning)
    assert looks == [preview]
    assert untouched.current() == 1


@pytest.mark.usefixtures("untouched")
def test_a_file_that_is_none_stands_in_the_way_until_it_is_removed() -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8
    screen = brought(opened("data", lang="vi"), ("leads.csv", SNAPSHOT), ("ảnh.png", picture))
    assert onward(screen)[0].disabled
    assert len(screen.error) == 1
    remove = next(each for each in screen.button if each.label == "Bỏ file ảnh.png")
    screen = settled(remove.click())
    assert not screen.error
    assert not onward(screen)[0].disabled


LOG = b"""\
id,ticket_id,stage,changed_at
1,T1,mql,2026-01-05
2,T1,won,2026-01-09
"""


@pytest.mark.usefixtures("untouched")
def test_it_is_asked_whose_id_a_lone_id_is() -> None:
    screen = on(brought(opened("data", lang="en"), ("moves.csv", LOG)))
    asked = " ".join(each.value for each in screen.info)
    assert "Is it the id of the lead, or of the move?" in asked
    assert "“id”" in asked


def test_rows_that_are_refused_are_listed_before_the_load(untouched: Store) -> None:
    wrong = SNAPSHOT + b"\nL99,31/02/2026,seo,won,Hue\n"
    screen = brought(opened("data", lang="en"), ("leads.csv", wrong))
    # How sure it is never stands without the reason.
    assert re.search(r"-badge\[[^]]*(likely|unclear)[^]]*\] \w", said(screen))
    screen = on(screen, 3)
    assert "13 rows read = **12 loaded** + 1 refused + 0 left out" in said(screen)
    assert "leads.csv, line 14" in said(screen).replace("\\", "")
    assert untouched.current() == 1


def test_a_mapping_is_saved_by_name_and_offered_again(own_sample: Store) -> None:
    screen = on(chosen(statuses("en"), WHICH["en"], "sql"))
    (name,) = [each for each in screen.text_input if each.label == "Name of the mapping"]
    screen = settled(name.set_value("Monthly list"))
    screen = settled(next(each for each in screen.button if each.label == "Save").click())
    assert len(screen.success) == 1
    screen = brought(opened("data", lang="en"), ("another month.csv", SNAPSHOT))
    assert "Monthly list" in said(screen)
    screen = settled(next(each for each in screen.button if each.label == "Use it").click())
    screen = on(screen, 2)
    assert bars(screen) == {"lead": 12, "prospect": 5, "opportunity": 2, "customer": 2}
    assert own_sample.current() == 1
