-- Which steps each lead reached.
-- Grain: one row per lead of the scope; its steps as the sum of 2 to the power of their ranks.
-- Parameters: those of the scope.
with reached as (
    select lead_number, sum(power(2, stage_rank)) as steps from scope group by lead_number
)
select leads.lead_id, reached.steps
from reached
join leads on leads.lead_number = reached.lead_number
