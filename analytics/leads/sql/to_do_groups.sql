-- Who has how many of the open leads that are listed.
-- Grain: one row per owner, or per team, of a listed lead; most leads first.
-- Parameters: $dimension, 'owner' or 'team'; those of the list.
with named as (
    select
        case when $dimension = 'owner' then owner else team end as name,
        value,
    from listed
)
select
    name,
    count(*) as leads,
    sum(value) as value,
from named
group by name
order by leads desc, name nulls last
