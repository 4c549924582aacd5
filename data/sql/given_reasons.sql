-- Why leads left the pipeline or went back, as files name it: what is said last of an entry counts.
-- Grain: one row per lead, visit to an exit or to an earlier stage, and reason for it. visit_number:
-- of that visit, in the count of the lead's visits; reason: as it is written; kind: what it means.
-- Parameters: none; reads reasons, leads, visits.
create table given_reasons as
with told as (
    select
        leads.lead_number,
        reasons.stage,
        reasons.said_at,
        reasons.reason,
        cast(reasons.kind as reason_kinds) as kind,
    from reasons
    join leads on leads.lead_id = reasons.lead_id
),
-- (who names no stage speaks of the last exit)
met as (
    select
        told.*,
        visits.visit_number,
        visits.stage_rank,
    from told
    join visits on visits.lead_number = told.lead_number
    where case
            when told.stage is null then visits.stage_rank is null
            else cast(visits.stage as varchar) = told.stage and visits.entered_at <= told.said_at
        end
    qualify visits.visit_number = max(visits.visit_number) over (
        partition by told.lead_number, told.stage, told.said_at
    )
),
ends as (
    select
        met.*,
    from met
    join visits on visits.lead_number = met.lead_number
        and visits.visit_number = met.visit_number - 1
    where met.stage_rank is null or met.stage_rank < visits.stage_rank
    qualify met.said_at is not distinct from max(met.said_at) over (
        partition by met.lead_number, met.visit_number
    )
)
select distinct
    lead_number,
    visit_number,
    kind,
    reason,
from ends
order by lead_number, visit_number, kind, reason
