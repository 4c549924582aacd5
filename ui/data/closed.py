"""What stands in place of the upload form for readers who may not load in the browser."""

from ui.access import visitor
from ui.language.messages import _
from ui.page import card


def show(title: str) -> None:
    """A card that says why there is no form, and whom to ask."""
    why = (
        _("Nobody loads data in the browser here. Whoever runs Pheu loads it on the server.")
        if visitor.is_read_only()
        else _("Only some people may load data here. Ask whoever runs Pheu to be one of them.")
    )
    with card.card(title, why):
        pass
