-- When a person of the company first acted for a lead after it came to a stage, in a call or by moving
-- it: for its first visit, and visits to a stage that promises an answer.
-- Grain: one row per such visit that was answered; none where nobody is known to have done anything.
-- Of one instant, a touch is after a visit, and a visit after those before it.
-- Parameters: $human (kinds of touches, in small letters), $stages (that promise one); reads visits,
-- leads, touches.
create temp table answered as
with asking as (
    select
        lead_number,
        visit_number,
        entered_at,
    from visits
    where
        stage_rank is not null
        and (visit_number = 1 or list_contains($stages, cast(stage as varchar)))
),
acts as (
    select
        lead_number,
        visit_number,
        entered_at as acted_at,
    from visits
    where by_person and visit_number > 1
    union all
    select
        leads.lead_number,
        cast(null as bigint) as visit_number,
        touches.touched_at as acted_at,
    from touches
    join leads on leads.lead_id = touches.lead_id
    where list_contains($human, lower(trim(touches.kind)))
)
select
    asking.lead_number,
    asking.visit_number,
    min(acts.acted_at) as answered_at,
from asking
join acts
    on acts.lead_number = asking.lead_number
    and acts.acted_at >= asking.entered_at
    and (acts.visit_number is null or acts.visit_number > asking.visit_number)
group by asking.lead_number, asking.visit_number
