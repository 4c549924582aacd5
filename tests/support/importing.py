"""Going through the steps of an import without a browser."""

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from tests.support.screen import settled

STEPS = 4


def brought(screen: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """The first step after files were dropped there, one after another."""
    for name, content in files:
        screen = settled(screen.file_uploader[0].set_value((name, content, "text/csv")))
    return screen


def on(screen: AppTest, steps: int = 1) -> AppTest:
    """The screen so many steps on: after the last one the file is loaded."""
    for _step in range(steps):
        (button,) = onward(screen)
        assert not button.disabled, button.label
        screen = settled(button.click())
    return screen


def onward(screen: AppTest) -> list[Button]:
    """The buttons that lead on; there is one at most."""
    return [each for each in screen.button if (each.key or "").startswith("wizard_next_")]


def back(screen: AppTest) -> AppTest:
    """The step before."""
    (button,) = [each for each in screen.button if (each.key or "").startswith("wizard_back_")]
    return settled(button.click())


def loaded(screen: AppTest, name: str, content: bytes) -> AppTest:
    """The screen after a file was loaded as it was recognised."""
    return on(brought(screen, (name, content)), STEPS)


def chosen(screen: AppTest, label: str, option: object) -> AppTest:
    """The screen after an option of a list was chosen."""
    (box,) = [each for each in screen.selectbox if each.label == label]
    return settled(box.set_value(option))
