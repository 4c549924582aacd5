-- How many leads skipped a stage.
-- Grain: one row per segment and stage that a lead reached. skipped: leads that were first seen at
-- a later stage.
-- Parameters: those of the scope.
with jumps as (
    select
        segment,
        stage,
        count(*) filter (where imputed) as skipped,
    from scope
    group by segment, stage
)
select * from jumps
