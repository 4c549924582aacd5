-- At which stage leads were first seen, whatever they did since.
-- Grain: one row per segment and stage, by its rank. leads: how many.
-- Parameters: those of the scope.
with firsts as (
    select
        lead_number,
        any_value(segment) as segment,
        min(stage_rank) as stage_rank,
    from scope
    where not imputed
    group by lead_number
),
groups as (
    select
        segment,
        stage_rank,
        count(*) as leads,
    from firsts
    group by segment, stage_rank
)
select * from groups
order by segment, stage_rank
