-- Whether any lead counts.
-- Grain: one row. leads: 1 where any does, else 0.
-- Parameters: those of the scope.
with first_found as (
    select lead_number from scope
    limit 1
)
select count(*) as leads from first_found
