-- How many leads reached each step, how many of them were out by as_of, whether or not they had moved
-- on before, and how soon they reached it.
-- Grain: one row per segment and step that a lead reached; the step by the rank of its stage.
-- Parameters: those of the scope.
with steps as (
    select
        segment,
        stage_rank,
        count(*) as reached,
        count(*) filter (where is_over) as over,
        quantile_cont(seconds, 0.5) as median_seconds,
    from scope
    group by segment, stage_rank
)
select * from steps
