-- How long leads stay at each stage: what survival is made of.
-- Grain: one row per stage and whether the stays still last at as_of. seconds: the length of each of
-- them, in no order.
-- Parameters: those of the scope.
with lengths as (
    select
        stage_rank,
        outcome = 'open' as is_open,
        array_agg(seconds) as seconds,
    from scope
    group by stage_rank, outcome = 'open'
)
select * from lengths
