"""The overview as a whole: what happened in a period, and what became of its leads."""

from dataclasses import dataclass, replace

import pandas as pd

from analytics.asked import of_periods, question
from analytics.overview.cohort import Cohort, cohort
from analytics.overview.events import Events, events
from analytics.scope import Scope


@dataclass(frozen=True)
class Overview:
    """What happened in a period, and what the leads that entered in it became."""

    events: Events
    leads: Cohort

    @property
    def rows(self) -> pd.DataFrame:
        """What happened: columns as in `Events.rows`."""
        return self.events.rows

    @property
    def cohort(self) -> pd.DataFrame:
        """What became of the leads: columns as in `Cohort.rows`."""
        return self.leads.rows


@question(lambda view: replace(of_periods(view), by=None, stage=None))
def overview(scope: Scope) -> Overview:
    """What happened in the view's period against the one before, and what became of its leads."""
    return Overview(events(scope), cohort(scope))
