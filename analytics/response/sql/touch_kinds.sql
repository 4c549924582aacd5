-- Which kinds of touches there are.
-- Grain: one row per kind, as it is compared; the most first. touches: how many.
-- Parameters: none.
with named as (
    select lower(trim(kind)) as kind from touches
)
select
    kind,
    count(*) as touches,
from named
where kind is not null
group by kind
order by touches desc, kind
