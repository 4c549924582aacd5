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
