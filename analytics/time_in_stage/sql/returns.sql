-- How often leads came back to a stage they had left.
-- Grain: one row per segment and stage with stays. returns: visits beyond a lead's first.
-- Parameters: those of the scope.
with loops as (
    select
        segment,
        stage,
        count(*) - count(distinct lead_id) as returns,
    from scope
    group by segment, stage
)
select * from loops
