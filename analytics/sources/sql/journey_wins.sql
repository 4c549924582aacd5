-- Whose touches count when every conversion of a lead does: a journey for each of its conversions
-- at the milestone, and one for a lead that only entered.
-- Grain: one row per conversion, and per lead without one that entered; both as the scope has it.
-- ended_at: the conversion, else as_of; value: what it brought in the store's currency, at the rate
-- of its day, null without an amount or a rate; bucket: as in journey_leads.
-- Parameters: those of the scope, worths and sold; $milestone (the stage that opens the step), $won
-- (the one that is a win), $asked_stages (the milestone and, unless the others are left out, the
-- stage of entry), $buckets (how many groups).
with conversions as (
    select
        lead_number,
        company_number,
        reached_at as milestone_at,
        row_number() over (partition by lead_number, reached_at order by lead_number) as copy,
        value,
    from worths
    where stage = $milestone
),
milestones as (
    select distinct lead_number from conversions
),
entrants as (
    -- The scope has a lead once at the stage of entry.
    select
        scope.lead_number,
        scope.company_number,
    from scope
    left join milestones on milestones.lead_number = scope.lead_number
    where list_contains($asked_stages, scope.stage)
        and scope.stage <> $milestone
        and milestones.lead_number is null
),
arrivals as (
    select * from conversions
    union all
    select
        lead_number,
        company_number,
        cast(null as timestamp) as milestone_at,
        1 as copy,
        cast(null as double) as value,
    from entrants
),
told as (
    select
        arrivals.* exclude (value),
        leads.lead_id,
        case when sold.is_known then sold.value else arrivals.value end as value,
    from arrivals
    join leads on leads.lead_number = arrivals.lead_number
    left join sold
        on $milestone = $won
        and sold.stage = $milestone
        and sold.lead_number = arrivals.lead_number
        and sold.reached_at = arrivals.milestone_at
        and sold.copy = arrivals.copy
)
select
    cast(row_number() over (
        order by told.lead_number, told.milestone_at, told.copy
    ) as integer) as journey,
    told.lead_number,
    told.company_number,
    told.milestone_at is not null as converted,
    case when told.milestone_at is not null then 1e0 else 0e0 end as conversions,
    case when told.milestone_at is not null then 0e0 else 1e0 end as losses,
    coalesce(told.milestone_at, $as_of) as ended_at,
    told.value,
    cast(
        case
            when told.company_number is null then hash(told.lead_id)
            else hash(told.company_number)
        end % cast($buckets as ubigint) as integer
    ) as bucket,
from told
