-- The view: all leads

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
;

-- Who moved leads.
-- Grain: one row per mover, as it is compared, null where none is named; the most first. moves: how
-- many of those whose time is known.
-- Parameters: none.
with named as (
    select
        lower(trim(changed_by)) as mover,
        any_value(trim(changed_by)) as name,
        count(*) as moves,
    from stage_history
    where known = 'moved'
    group by lower(trim(changed_by))
)
select * from named
order by moves desc, mover nulls last
;
