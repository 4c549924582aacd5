-- What persons did for a lead after it came to a stage, by calls, mails and moves: after its first
-- visit, and after visits to a stage that promises an answer.
-- Grain: one row per such visit after which anything is known; of others nobody knows. answered_at: of
-- the first act of a person of the company; replied_at: of the first touch in which the lead answered;
-- attempted_at: the touches of persons up to that one, in order of time, null where there are none.
-- Of one instant, a touch is after a visit, and a visit after those before it.
-- Parameters: $human, $replies (kinds of touches, in small letters), $stages (that promise an answer);
-- reads visits, leads, touches.
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
        false as is_attempt,
        false as is_reply,
    from visits
    where by_person and visit_number > 1
    union all
    select
        leads.lead_number,
        cast(null as bigint) as visit_number,
        touches.touched_at as acted_at,
        list_contains($human, lower(trim(touches.kind))) as is_attempt,
        list_contains($replies, lower(trim(touches.kind))) as is_reply,
    from touches
    join leads on leads.lead_id = touches.lead_id
    where
        list_contains($human, lower(trim(touches.kind)))
        or list_contains($replies, lower(trim(touches.kind)))
),
known as (
    select
        asking.lead_number,
        asking.visit_number,
        min(acts.acted_at) filter (where acts.is_attempt or not acts.is_reply) as answered_at,
        min(acts.acted_at) filter (where acts.is_reply) as replied_at,
        list_sort(list(acts.acted_at) filter (where acts.is_attempt)) as attempts,
    from asking
    join acts on acts.lead_number = asking.lead_number
    where
        acts.acted_at >= asking.entered_at
        and (acts.visit_number is null or acts.visit_number > asking.visit_number)
    group by asking.lead_number, asking.visit_number
)
select
    * exclude (attempts),
    list_filter(
        attempts, lambda instant: replied_at is null or instant <= replied_at
    ) as attempted_at,
from known
