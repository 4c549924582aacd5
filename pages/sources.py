"""Sources: which one deserves the next money; deeper, who deserves the credit and why."""

from ui import answers, session
from ui.language.messages import _
from ui.page import deeper, header, instead, layout
from ui.sources import analysis, common_paths, next_money, quality, scoreboard, segments

entered = session.current(default="last-365d")
header.top(entered, _("Sources"), compares=False)

if answers.is_empty(entered):
    instead.empty(entered)
    session.end()
if deeper.is_open(entered):
    analysis.analysis(entered)
    session.end()

scope = segments.broken_down(entered)
common_paths.ahead(scope)
next_money.next_money(scope)
scoreboard.scoreboard(scope)
if common_paths.are_many(scope):
    left, right = layout.split(3, 2)
    with left:
        quality.quality(scope)
    with right:
        common_paths.common_paths(scope)
else:  # a few paths are not as high as the picture
    quality.quality(scope)
    common_paths.common_paths(scope)
deeper.bar(_("every way of giving credit, all costs, steps, mix and paths"))
