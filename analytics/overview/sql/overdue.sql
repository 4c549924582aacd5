-- How many of the open leads that are listed there are, and what they are worth by their chances.
-- Grain: one row. worth: in the store's currency, of those whose value and chance are known; null
-- without any.
-- Parameters: those of the list.
with weighed as (
    select value * chance as worth from listed
)
select
    count(*) as leads,
    sum(worth) as worth,
from weighed
