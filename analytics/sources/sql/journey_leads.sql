-- Whose touches count: the leads of a view, and whether and when they reached its milestone.
-- Grain: one row per lead that reached the milestone or, failing that, entered; both as the scope
-- has it. ended_at: the milestone, or as_of where the lead has not reached it; value: its amount in
-- the store's currency, at the rate of the day of the milestone, null without an amount or a rate;
-- bucket: the group that it is dealt into for resampling, all leads of one company into the same.
-- Parameters: those of the scope, worths; $milestone (the stage that opens the step), $asked_stages
-- (it and, unless the others are left out, the stage of entry), $buckets (how many groups).
with milestones as (
    select
        lead_number,
        reached_at as milestone_at,
        value,
    from worths
    where stage = $milestone
),
arrivals as (
    -- The scope has a lead once for each of its stages: one that reached the milestone is taken
    -- there, which is cheaper than to group all of them by lead.
    select
        scope.lead_number,
        scope.company_number,
        milestones.milestone_at,
        milestones.value,
    from scope
    left join milestones on milestones.lead_number = scope.lead_number
    where list_contains($asked_stages, scope.stage)
        and (scope.stage = $milestone or milestones.lead_number is null)
)
select
    cast(arrivals.lead_number as integer) as journey,
    arrivals.lead_number,
    arrivals.company_number,
    arrivals.milestone_at is not null as converted,
    case when arrivals.milestone_at is not null then 1e0 else 0e0 end as conversions,
    case when arrivals.milestone_at is not null then 0e0 else 1e0 end as losses,
    coalesce(arrivals.milestone_at, $as_of) as ended_at,
    arrivals.value,
    cast(
        case
            when arrivals.company_number is null then hash(leads.lead_id)
            else hash(arrivals.company_number)
        end % cast($buckets as ubigint) as integer
    ) as bucket,
from arrivals
join leads on leads.lead_number = arrivals.lead_number
