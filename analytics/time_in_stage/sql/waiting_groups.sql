-- Who has how many of the waiting leads that are listed.
-- Grain: one row per owner, or per team, of a listed lead; most leads first.
-- Parameters: $dimension, 'owner' or 'team'; those of the list.
with named as (
    select
        case when $dimension = 'owner' then owner else team end as name,
        band,
        breached,
        seconds,
    from listed
)
select
    name,
    count(*) as waiting,
    count(*) filter (where band = 'under_median') as under_median,
    count(*) filter (where band = 'to_p90') as to_p90,
    count(*) filter (where band = 'beyond_p90') as beyond_p90,
    count(*) filter (where breached) as breached,
    max(seconds) as longest_seconds,
from named
group by name
order by waiting desc, name nulls last
