"""What Streamlit says in English whatever the page's language is, in the reader's language.

It has no setting for these: names of its buttons, which are read aloud and shown on hover
on them. The browser puts ours in their place (`browser/document.js`).
"""

from ui.language import current
from ui.language.messages import N_p, _p

_WORDS = (
    N_p("a button's name", "Close"),
    N_p("a button's name", "Dismiss"),
    N_p("a button's name", "Open"),
    N_p("a button's name", "Clear value"),
    N_p("a button's name", "Clear all"),
    N_p("a button's name", "Clear entry"),
    N_p("a button's name", "Choose an option"),
    N_p("a button's name", "Choose options"),
    N_p("a button's name", "Copy to clipboard"),
    N_p("a button's name", "Copied"),
    N_p("a button's name", "Show/hide columns"),
    N_p("a button's name", "Search"),
    N_p("a button's name", "Fullscreen"),
    N_p("a button's name", "Close fullscreen"),
    N_p("a button's name", "Download as CSV"),
    N_p("a button's name", "Dataframe column menu"),
    N_p("a button's name", "Clear selection"),
    N_p("a button's name", "Pagination"),
    N_p("a button's name", "Previous page"),
    N_p("a button's name", "Next page"),
    N_p("a button's name", "Page {n}"),
    N_p("a button's name", "Choose date"),
    N_p("a button's name", "Choose date range"),
    N_p("a button's name", "Previous month"),
    N_p("a button's name", "Next month"),
    N_p("a button's name", "month"),
    N_p("a button's name", "year"),
    N_p("a button's name", "Previous"),
    N_p("a button's name", "Next"),
    N_p("a button's name", "Increment"),
    N_p("a button's name", "Decrement"),
    N_p("a button's name", "Sidebar"),
    N_p("a button's name", "Collapse sidebar"),
    N_p("a button's name", "Expand sidebar"),
    N_p("a button's name", "App pages"),
    N_p("a button's name", "Navigate to home page"),
    N_p("a button's name", "Scroll tabs left"),
    N_p("a button's name", "Scroll tabs right"),
    N_p("a button's name", "Link to heading"),
    N_p("a button's name", "file upload"),
    N_p("a button's name", "Remove file"),
    N_p("a button's name", "Selected values"),
    N_p("a button's name", "Skip to main content"),
    N_p("a field's hint", "Press Enter to apply"),
    N_p("a field's hint", "Press Enter to submit form"),
)


def told() -> dict[str, str]:
    """Ours by theirs; none where the page is in English. `{n}` stands for any number."""
    if current.lang() == "en":
        return {}
    return {word: _p(context, word) for context, word in _WORDS}
