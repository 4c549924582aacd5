-- Which leads reached each step.
-- Grain: one row per lead of the scope and step that it reached; the step by the rank of its stage.
-- Parameters: those of the scope.
with lead_steps as (
    select
        leads.lead_id,
        scope.stage_rank,
    from scope
    join leads on leads.lead_number = scope.lead_number
)
select * from lead_steps
