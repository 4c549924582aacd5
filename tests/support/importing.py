"""Going through the steps of an import without a browser, and without processes of its own."""

import pickle
from collections.abc import Callable
from typing import Any

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from data.apart import Limits
from data.errors import StoreError
from data.progress import Progress
from tests.support.screen import settled

STEPS = 4


def called_here(
    work: Callable[..., Any],
    *arguments: Any,
    limits: Limits,
    progress: Progress | None = None,
    **named: Any,
) -> Any:
    """What `apart.call` answers, without a process, which takes longer than the work on a file.

    What goes in and what comes out is pickled as it is there. What nobody thought of is raised as
    it is: no screen words it as an error of the file.
    """
    assert limits.memory > 0
    assert limits.seconds > 0
    work, arguments, named = _sent((work, arguments, named))
    if progress is not None:
        named["progress"] = progress
    try:
        return _sent(work(*arguments, **named))
    except StoreError as error:
        raise _sent(error) from None


def _sent(said: Any) -> Any:
    return pickle.loads(pickle.dumps(said))


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
