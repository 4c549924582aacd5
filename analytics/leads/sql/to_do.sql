-- The open leads, those first that are worth calling first.
-- Grain: one row per lead that is open at as_of in a stage other than the last.
-- state: in_time; overdue, when it has been in its stage for longer than its limit; let_go, when it
-- can bring less than a call costs, or where that is not known, has been there for longer still.
-- value: its amount in the store's currency, else the mean of the won leads of its company size, else
-- of all; value_from says which. chance: of being won, by whole days stayed.
-- weight: value, chance and how late it is, multiplied; null unless it is overdue. ask: what is
-- missing to know whether it can buy, the first of four; close when nothing is; null when the store
-- knows none of them of anybody.
-- Parameters: those of the scope, today's rates; $stages and, in the same order, $limits and $let_go
-- (seconds, null where there is none); $chances, by whole days stayed from 0 to $most_days for each
-- stage, all in one list, as it takes long to hand each row a list of its stage; $day_seconds;
-- $most_late, the most that being late multiplies by; $call_cost, null where it is not said, and
-- $margin, a fraction; $sizes and, in the same order, $size_values; $mean_value.
with waiting as (
    select
        lead_number,
        stage,
        entered_at,
        seconds,
        list_extract($limits, list_position($stages, stage)) as limit_seconds,
        list_extract($let_go, list_position($stages, stage)) as let_go_seconds,
        list_position($stages, stage) as place,
        cast(least(floor(seconds / $day_seconds), $most_days) as integer) as days,
    from scope
    where outcome = 'open'
),
temperatures as (
    select
        lead_number,
        temperature,
    from reaches
    where stage_rank = 0
),
known as (
    select
        count(need) + count(budget) + count(authority) + count(timing) > 0 as is_known,
    from leads
),
-- (whatever else a file tells of leads may be named like what is made of them here)
told as (
    select
        lead_number,
        lead_id,
        company,
        name,
        phone,
        email,
        owner,
        team,
        source,
        channel,
        campaign,
        region,
        industry,
        company_size,
        created_at,
        amount,
        coalesce(currency, $currency) as currency,
        need,
        budget,
        authority,
        timing,
    from leads
),
valued as (
    select
        waiting.*,
        least(seconds / limit_seconds, $most_late) as late,
        list_extract($chances, (place - 1) * ($most_days + 1) + days + 1) as chance,
        temperatures.temperature,
        told.* exclude (lead_number),
        told.amount * today.rate as own_value,
        list_extract($size_values, list_position($sizes, told.company_size)) as size_value,
        coalesce(own_value, size_value, cast($mean_value as double)) as value,
        case
            when own_value is not null then 'lead'
            when size_value is not null then 'company_size'
            when $mean_value is not null then 'all'
        end as value_from,
        case
            when coalesce(seconds <= limit_seconds, true) then 'in_time'
            when coalesce(chance * value * $margin < $call_cost, seconds > let_go_seconds) then 'let_go'
            else 'overdue'
        end as state,
    from waiting
    join told on told.lead_number = waiting.lead_number
    join temperatures on temperatures.lead_number = waiting.lead_number
    left join today on today.currency = told.currency
)
select
    valued.lead_id,
    valued.state,
    valued.stage,
    valued.entered_at as stage_entered_at,
    valued.seconds,
    valued.limit_seconds,
    valued.company,
    valued.name,
    valued.phone,
    valued.email,
    valued.temperature,
    valued.value,
    valued.value_from,
    valued.chance,
    case when valued.state = 'overdue' then coalesce(valued.value, 1) * valued.chance * valued.late end
        as weight,
    case
        when not known.is_known then null
        when valued.need is distinct from true then 'need'
        when valued.budget is distinct from true then 'budget'
        when valued.authority is distinct from true then 'authority'
        when valued.timing is distinct from true then 'timing'
        else 'close'
    end as ask,
    valued.owner,
    valued.team,
    valued.amount,
    valued.currency,
    valued.source,
    valued.channel,
    valued.campaign,
    valued.region,
    valued.industry,
    valued.created_at,
from valued
cross join known
order by weight desc nulls last, chance desc nulls last, seconds desc, lead_id
