-- How many leads reached each step, how it went on for them by as_of, and how soon they came.
-- Grain: one row per segment and step that anybody reached.
-- Parameters: those of the scope.
with steps as (
    select
        segment,
        stage,
        count(*) as reached,
        count(*) filter (where outcome = 'open') as open,
        count(*) filter (where outcome = 'lost') as lost,
        quantile_cont(seconds, 0.5) as median_seconds,
    from scope
    group by segment, stage
)
select * from steps
