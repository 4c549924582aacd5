"""What is tried out: how controls change the scenario of the view."""

from collections.abc import Callable

from analytics.view.scenario import Scenario
from ui import session


def try_out(changed: Callable[[Scenario], Scenario]) -> None:
    """Changes the view's scenario; for callbacks."""
    session.change(scenario=changed(session.view().scenario))
