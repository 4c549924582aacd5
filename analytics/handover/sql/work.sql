-- How many of the open leads that are listed each segment has.
-- Grain: one row per owner, or per team, of a listed lead.
-- Parameters: $dimension, 'owner' or 'team'; those of the list.
with held as (
    select
        case when $dimension = 'owner' then owner else team end as segment,
    from listed
)
select
    segment,
    count(*) as open,
from held
group by segment
