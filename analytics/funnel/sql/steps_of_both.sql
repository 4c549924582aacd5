-- Which steps leads had reached then and have reached now, of those that are in both data.
-- Grain: one row per set of steps then, of `earlier_steps`, and set of steps now, as in lead_steps.
-- Parameters: those of the scope.
with reached as (
    select lead_number, sum(power(2, stage_rank)) as steps from scope group by lead_number
)
select earlier_steps.steps as earlier, reached.steps as later, count(*) as leads
from reached
join leads on leads.lead_number = reached.lead_number
join earlier_steps on earlier_steps.lead_id = leads.lead_id
group by all
