"""The clock: chosen in the bar, said by a chip and in the link, with whose hours they are."""

import pytest

from tests.support.screen import LANGUAGES, dialog, opened, says, settled

pytestmark = pytest.mark.usefixtures("sample")

WORDS = {
    "en": ("Working hours ✕", "Mon–Fri, 08:00–17:30, not on the holidays of Vietnam"),
    "vi": ("Giờ làm việc ✕", "T2–T6, 08:00–17:30, trừ ngày lễ Việt Nam"),
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_working_hours_are_chosen_and_put_back(lang: str) -> None:
    chip, whose = WORDS[lang]
    screen = dialog(opened("leads", lang=lang), "open_filters")
    assert says(screen, "clock") == "calendar"
    assert screen.radio(key=f"clock__{lang}").proto.captions[1] == whose
    screen = settled(screen.radio(key=f"clock__{lang}").set_value("working"))
    assert says(screen, "clock") == "working"
    (chips,) = (each for each in screen.pills if each.options == [chip])
    screen = settled(chips.set_value([]))
    assert says(screen, "clock") == "calendar"
