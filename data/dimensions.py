"""The dimensions by which leads are filtered and compared, and the words that none is called."""

DIMENSIONS = (
    "source",
    "channel",
    "campaign",
    "owner",
    "team",
    "region",
    "industry",
    "company_size",
    "temperature",
)
"""The dimensions every store has; more columns of the leads' files come after them."""

LINK_PARAMETERS = frozenset(
    "v from to period level mode skipped window clock as_of by compare stage taken_after data tab "
    "lead place list_page coloured lang model versus measure weights half_life look_back order "
    "margin conversions credited benchmark targets scenario call_cost share".split()
)
"""The parameters of a link to a page, beside its filters, which are called like dimensions."""
