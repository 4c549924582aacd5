-- Whose touches count when every conversion of a lead does: a journey for each of its conversions
-- at the milestone, and one for a lead that only entered.
-- Grain: one row per conversion, and per lead without one that entered; both as the scope has it.
-- ended_at: the conversion, else as_of; value: what it brought in the store's currency, at the rate
-- of its day, null without an amount or a rate; bucket: as in journey_leads.
-- Parameters: those of the scope; $milestone (the stage that opens the step), $won (the one that is
-- a win), $asked_stages (the milestone and, unless the others are left out, the stage of entry),
-- $currency (the store's), $buckets (how many groups).
with conversions as (
    select
        lead_number,
        company_number,
        reached_at as milestone_at,
        row_number() over (partition by lead_number, reached_at order by lead_number) as copy,
    from scope
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
    from entrants
),
sold as (
    select
        arrivals.*,
        leads.lead_id,
        case when wins.lead_number is not null then wins.amount else leads.amount end as amount,
        case when wins.lead_number is not null then wins.currency else leads.currency end
            as currency,
    from arrivals
    join leads on leads.lead_number = arrivals.lead_number
    left join wins
        on $milestone = $won
        and wins.lead_number = arrivals.lead_number
        and wins.won_at = arrivals.milestone_at
        and wins.copy = arrivals.copy
)
select
    cast(row_number() over (
        order by sold.lead_number, sold.milestone_at, sold.copy
    ) as integer) as journey,
    sold.lead_number,
    sold.company_number,
    sold.milestone_at is not null as converted,
    case when sold.milestone_at is not null then 1e0 else 0e0 end as conversions,
    case when sold.milestone_at is not null then 0e0 else 1e0 end as losses,
    coalesce(sold.milestone_at, $as_of) as ended_at,
    sold.amount * exchange.rate as value,
    cast(
        case
            when sold.company_number is null then hash(sold.lead_id)
            else hash(sold.company_number)
        end % cast($buckets as ubigint) as integer
    ) as bucket,
from sold
left join exchange
    on exchange.currency = coalesce(sold.currency, $currency)
    and exchange.day = cast(timezone($time_zone, timezone('UTC', sold.milestone_at)) as date)
