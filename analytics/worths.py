"""What leads and wins are worth: selects that stand beside the CTE `scope` and read it.

WORTHS: the rows of `scope` with what each lead is worth.
    Columns: those of `scope`, and
        value: the amount of the lead in the currency of the store, at the rate of the day that it
            reached the step; null without an amount, and without a rate.
SOLD: the rows of `scope`, of wins, with what each win brought.
    Columns: those of `scope`, and
        copy: 1, 2, … of several wins of a lead at one instant.
        is_known: whether it is a win that the store knows, as not every step is one.
        value: its amount as in WORTHS, at the rate of its day.
TODAY: what a unit of each currency is worth at `as_of`.
    Columns: currency, rate.
"""

from collections.abc import Mapping
from types import MappingProxyType


def _day(instant: str) -> str:
    """The day of an instant, naive UTC, in the store's zone."""
    return f"cast(timezone($time_zone, timezone('UTC', {instant})) as date)"


def _at_rate(table: str, instant: str) -> str:
    """The condition on a row of `exchange` to be that of an amount in a table, at an instant."""
    return f"""exchange.currency = coalesce({table}.currency, $currency)
    and exchange.day = {_day(instant)}"""


WORTHS = f"""select
    scope.*,
    leads.amount * exchange.rate as value,
from scope
join leads on leads.lead_number = scope.lead_number
left join exchange
    on {_at_rate("leads", "scope.reached_at")}"""

SOLD = f"""select
    won.*,
    wins.lead_number is not null as is_known,
    wins.amount * exchange.rate as value,
from (
    select
        *,
        row_number() over (
            partition by lead_number, stage, reached_at order by lead_number
        ) as copy,
    from scope
) as won
left join wins
    on wins.lead_number = won.lead_number
    and wins.won_at = won.reached_at
    and wins.copy = won.copy
left join exchange
    on {_at_rate("wins", "won.reached_at")}"""

TODAY = f"""select
    currency,
    rate,
from exchange
where day = {_day("cast($as_of as timestamp)")}"""

BESIDE: Mapping[str, str] = MappingProxyType({"worths": WORTHS, "sold": SOLD, "today": TODAY})
"""The selects by name, for questions whose file reads them."""
