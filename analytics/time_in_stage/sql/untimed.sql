-- How many leads have a stage that is only known from a present status, without its time.
-- Grain: one row.
-- Parameters: those of the scope, which is of such leads.
with entered as (
    select lead_number from scope where stage_rank = 0
)
select count(*) as leads from entered
