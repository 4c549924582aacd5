"""What the start page opens with, asked while the browser is still on its way to it.

A browser that is given the document needs a second for its scripts before it asks for the page.
"""

from contextlib import suppress
from dataclasses import replace
from threading import Thread

from analytics.scope import Scope
from analytics.view import vocabulary
from analytics.view.view import View
from data.errors import StoreError
from ui import answers
from ui.overview import findings


def begin() -> None:
    """Has it asked beside everything else; who comes meanwhile waits for the same answers."""
    Thread(target=ask, name="ahead").start()


def ask() -> None:
    """Asks it. What is wrong with the store is the page's to say."""
    with suppress(StoreError):
        generation, view, _lost = vocabulary.opened(View.opening(), answers.store())
        scope = Scope(replace(view, level="group"), generation)
        findings.ahead(scope)
        answers.events(scope)
        answers.cohort(scope)
        answers.funnel(scope)
        findings.found(scope)
