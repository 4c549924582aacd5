"""A shared view as its guest has it: which pages, which views of them, and how much of the data.

All ways to the numbers pass here: a page, a file, and the command line, whatever they are asked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

from analytics.funnel import leads
from analytics.scope import Scope
from analytics.view import guest, vocabulary
from analytics.view.reading import Dropped
from analytics.view.view import Value, View, parameters
from data import shares, stories
from data.errors import NotShown, ShareEnded
from data.sight import Sight
from data.store import Generation, Store
from data.stories import Slide, Story

PARAMETER = "share"
"""The parameter of a guest's address that has the token; nothing else is called so."""

LIST = shares.LISTS[0]
"""The page of any list of leads."""
_LEAD_TO_LISTS = ("overview", "funnel")
"""The pages on which a step is chosen to list its leads."""
_ALWAYS = ("definitions",)


@dataclass(frozen=True)
class Shared:
    """A share that is open, and the token by which it was found.

    story: the one that the share follows, of which there is a slide; None in a share of a view.
    """

    made: shares.Made
    token: str
    story: Story | None = None

    @classmethod
    def found(cls, store: Store, token: str) -> Self:
        """The share of a token. Raises ShareEnded where there is none, or not any more."""
        made = shares.found(store, token)
        if made.share.story is None:
            return cls(made, token)
        story = stories.found(store, made.share.story)
        if story is None or story.slide is None:
            raise ShareEnded("Nothing is told in this story, or not any more.")
        return cls(made, token, story)

    @property
    def slide(self) -> Slide | None:
        """The slide on the wall, where it is a story that is followed."""
        return self.story.slide if self.story else None

    @property
    def share(self) -> shares.Share:
        """What was shared; of a story it is the slide on the wall."""
        return self.made.share if self.slide is None else self.slide.share

    @cached_property
    def view(self) -> View:
        """The view as it was shared."""
        return View.from_query(self.share.link)

    @property
    def sight(self) -> Sight:
        """How much of the data a guest sees: of a story no more than those who shared it."""
        confined = [self.share.rows, *([self.made.share.rows] if self.slide else [])]
        rows = tuple((name, tuple(values)) for rows in confined for name, values in rows.items())
        return Sight(rows, contacts=self.share.personal, leads=self.share.lists, repeats=False)

    def may_open(self, page: str) -> bool:
        """Whether a guest may open a page, by its name."""
        if page not in shares.PAGES:
            return False
        if page in (*_ALWAYS, self.share.page):
            return True
        if page in shares.LISTS:
            return self.share.lists and (page == "leads" or self.share.guest == "all")
        return self.share.guest == "all"

    def may_move(self, field: str) -> bool:
        """Whether a guest may move a field of the view; `filters` among them."""
        return guest.may_move(self.share.guest, field)

    def opened(
        self, query: Mapping[str, str], page: str, store: Store
    ) -> tuple[Scope, tuple[Dropped, ...]]:
        """The scope that a guest's address asks for on a page, and what of it says nothing.

        Raises:
            NotShown: the page is not for the guest.
            StoreEmpty, StoreGone: as `vocabulary.opened`.
        """
        if not self.may_open(page):
            raise NotShown("This page is not part of what is shared.")
        asked, lost = self.asked(query)
        wanted = self.confined(asked, page)
        generation, view, _dropped = vocabulary.opened(wanted, store, self.sight)
        return self.held(Scope(view, generation)), (*lost, *self.unknown(wanted, generation))

    def unknown(self, view: View, generation: Generation) -> tuple[Dropped, ...]:
        """What a guest asks for that the leads that are shared do not know, whatever others do."""
        own = {name: self.view.excluded_values(name) for name in generation.dimensions}
        left_out = (
            (name, tuple(value for value in values if value not in own.get(name, ())))
            for name, values in view.excluded
        )
        asked = replace(view, excluded=tuple(each for each in left_out if each[1]))
        return vocabulary.fitted(asked, self.named(generation))[1]

    def named(self, generation: Generation) -> Generation:
        """The leads whose values a guest may see: those that are shared, of any time."""
        rows = tuple((name, tuple(self._kept(generation, name))) for name in self.view.filtered)
        return generation.seen(replace(generation.sight, rows=(*generation.sight.rows, *rows)))

    def _kept(self, generation: Generation, dimension: str) -> Iterator[Value]:
        """The values of a dimension that leads have whom the filters let in."""
        if dimension in generation.dimensions:
            for value, _leads in vocabulary.values(generation, dimension):
                if vocabulary.keeps(self.view, generation, dimension, value):
                    yield value

    def held(self, scope: Scope) -> Scope:
        """The scope without a lead that is not among those shared."""
        view = scope.view
        if view.lead is None or leads.has(scope.at(self.confined(view, LIST)), view.lead):
            return scope
        return scope.at(replace(view, lead=None))

    def asked(self, query: Mapping[str, str]) -> tuple[View, tuple[Dropped, ...]]:
        """The view that the parameters of a guest's address say, and what of it says nothing."""
        said = {name: text for name, text in query.items() if name != PARAMETER}
        return View.parse(guest.opened(self.view, said))

    def confined(self, view: View, page: str | None) -> View:
        """As much of a view as a guest may have of it on a page, or on any that it may open."""
        lists, of_a_list = self.share.lists, page is None or page in shares.LISTS
        if self.share.hides_filters and view.by in self.view.filtered:
            view = replace(view, by=self.view.by)  # its one segment would say what is filtered
        return guest.confined(
            view,
            self.view,
            self.share.guest,
            steps=lists and page in _LEAD_TO_LISTS,
            lists=lists and of_a_list,
        )

    def query(self, view: View) -> dict[str, str]:
        """The parameters of a guest's address: the token, and what was moved."""
        return {PARAMETER: self.token} | guest.moved(view, self.view)


def of_link(link: str, store: Store) -> tuple[Shared, Mapping[str, str]] | None:
    """The share whose address a link is, and the parameters that it has; None for other links.

    Raises:
        ShareEnded: it is the address of a share, of which there is none, or not any more.
    """
    query = parameters(link)
    token = query.get(PARAMETER) or shares.token_in(link)
    return None if token is None else (Shared.found(store, token), query)
