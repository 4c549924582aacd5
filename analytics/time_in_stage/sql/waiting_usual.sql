-- How long leads stay at each stage, as the counts that survival is made of.
-- Grain: one row per stage, duration and whether the stay still lasts at as_of. Of a million leads
-- these are many, hence a rank and a flag, which travel faster than names.
-- Parameters: those of the scope.
with stays_by_length as (
    select
        stage_rank,
        seconds,
        outcome = 'open' as is_open,
        count(*) as stays,
    from scope
    group by stage_rank, seconds, is_open
)
select * from stays_by_length
