"""Saved views: which of them the reader has, and the link that opens one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Concatenate, ParamSpec

from analytics.view import vocabulary
from analytics.view.view import View
from data import views
from data.store import Generation, Store
from data.views import SavedView
from ui import answers, navigation, session
from ui.language import current
from ui.page.fresh import Fresh
from ui.page.markdown import plain

P = ParamSpec("P")

_views: Fresh[tuple[SavedView, ...]] = Fresh((views.VERSION,), views.listed, ())


def own() -> list[SavedView]:
    """Those that the reader has saved for themselves, in the order they were saved."""
    name = session.visitor().name
    return [each for each in _views.now() if each.person == name and not each.is_of_team]


def of_team(generation: Generation) -> list[SavedView]:
    """Those of the team, but for others' that name what the reader does not see."""
    name = session.visitor().name
    return [
        each
        for each in _views.now()
        if each.is_of_team and (each.person == name or _is_seen(each, generation))
    ]


def _is_seen(view: SavedView, generation: Generation) -> bool:
    """Whether a view names nothing beyond the leads that are seen, where those are not all."""
    if not generation.sight.rows:
        return True
    asked, lost = View.parse(view.link)
    _fitting, unknown = vocabulary.fitted(asked, generation)
    return not (lost or unknown or vocabulary.absent(asked, generation))


def start(person: str) -> SavedView | None:
    """What a bare address opens for somebody; None where that is what it opens for all."""
    return next((each for each in _views.now() if each.person == person and each.is_start), None)


def may_change(view: SavedView) -> bool:
    """Whether the reader may rename or remove a view: their own, and as an admin any of the team.

    One of the team is for those alone who may make one.
    """
    reader = session.visitor()
    if not view.is_of_team:
        return view.person == reader.name
    return reader.may("admin") or (reader.may_share and view.person == reader.name)


def change(do: Callable[Concatenate[Store, P], None], *about: P.args, **more: P.kwargs) -> None:
    """Does something of `data.views`, which all pages of this process show from now on.

    Raises:
        StateRefused: it could not be kept.
        Unnamed, NameTaken: of a name.
    """
    do(answers.store(), *about, **more)
    _views.changed()


def kept(view: View) -> dict[str, str]:
    """What is kept of a view: neither its language nor how far a list is turned or opened."""
    query = replace(view, lead=None, list_page=1).to_short_query()
    return {name: text for name, text in query.items() if name != "lang"}


def is_open(view: SavedView, page: str) -> bool:
    """Whether a saved view is what the screen shows, on the page of that name."""
    return view.page == page and view.link == kept(session.view())


def link(view: SavedView) -> None:
    """The link that opens a saved view, in the reader's language."""
    navigation.to(view.page, plain(view.name), {**view.link, "lang": current.lang()})
