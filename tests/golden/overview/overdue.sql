-- The view: by=team

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $last_stage = 'won'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- Where the stays at each stage led, and after how long: what survival curves are made of.
-- Grain: one row per stage and where its stays led (a stage or an exit; null while they last).
-- seconds: the length of each of them, in no order.
-- Parameters: those of the scope.
with scope as (
    select
        lead_number,
        company_number as company_number,
        cast(null as varchar) as segment,
        stage,
        stage_rank,
        created_at,
        entered_at,
        case when left_at <= $as_of then outcome else 'open' end as outcome,
        case when left_at <= $as_of then next_stage end as next_stage,
        case when left_at <= $as_of then left_at end as gone_at,
        date_diff('microsecond', entered_at, least(coalesce(left_at, $as_of), $as_of)) / 1e6 as seconds,
    from stays
    where entered_at >= $period_start
        and entered_at < $period_end
        and entered_at <= $as_of
        and stage <> $last_stage
),
lengths as (
    select
        stage_rank,
        next_stage,
        array_agg(seconds) as seconds,
    from scope
    group by stage_rank, next_stage
)
select * from lengths
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $currency = 'VND'
-- $last_stage = 'won'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- What won leads brought, in the currency of the store: of all leads, and by segment.
-- Grain: one row per dimension asked for and segment with any known amount. dimension_number: which
-- dimension, from 1; 0 with a null segment is all leads. amounts: leads whose amount is known;
-- value: their sum, each at the rate of the day it was won; unknown without an amount, or without a
-- rate of its currency.
-- Parameters: those of the scope, with parts, worths.
with scope as (
    select
        lead_number,
        company_number as company_number,
        cast(null as varchar) as segment,
        stage,
        stage_rank,
        imputed,
        created_at as entered_at,
        reached_at as reached_at,
        seconds_since_entry as seconds,
        case when next_at is not null then next_at end as moved_on_at,
        exited_at as out_at,
        out_at is not null or false as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
        cast(["company_size"] as varchar[]) as parts,
        cast(null as varchar) as part_0,
        "company_size" as part_1,
    from reaches
    where reached_at >= $period_start
        and reached_at < $period_end
),
worths as (
    select
        scope.*,
        leads.amount * exchange.rate as value,
    from scope
    join leads on leads.lead_number = scope.lead_number
    left join exchange
        on exchange.currency = coalesce(leads.currency, $currency)
        and exchange.day = cast(timezone($time_zone, timezone('UTC', scope.reached_at)) as date)
),
parted as (
    select
        value,
        unnest([*columns('^part_')]) as segment,
        unnest(range(len([*columns('^part_')]))) as dimension_number,
    from worths
    where stage = $last_stage and value is not null
),
segments as (
    select
        dimension_number,
        segment,
        count(*) as amounts,
        sum(value) as value,
    from parted
    group by dimension_number, segment
)
select * from segments
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $call_cost = null
-- $chances = [0.0503, 0.0362, 0.0323, 0.0315, 0.0329, …]  (2196 values)
-- $currency = 'VND'
-- $day_seconds = 86400
-- $last_stage = 'won'
-- $let_go = [7776000, 7776000, 7776000, 7776000, 7776000, …]  (6 values)
-- $limits = [59541.0, 306510.0, 604800, 1209600, 2592000, …]  (6 values)
-- $margin = 1.0
-- $mean_value = 202505405.4054054
-- $most_days = 365
-- $most_late = 3.0
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $size_values = [31147727.272727273, 68273972.60273972, 616857142.8571428, 242225000.0]
-- $sizes = ['1-9', '10-49', '200-499', '50-199']
-- $stages = ['lead', 'iql', 'mql', 'sal', 'sql', …]  (6 values)
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- How many of the open leads that are listed there are, and what they are worth by their chances.
-- Grain: one row. worth: in the store's currency, of those whose value and chance are known; null
-- without any.
-- Parameters: those of the list.
with listed as (
    select * from (
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
        with scope as (
            select
                lead_number,
                company_number as company_number,
                cast(null as varchar) as segment,
                stage,
                stage_rank,
                created_at,
                entered_at,
                case when left_at <= $as_of then outcome else 'open' end as outcome,
                case when left_at <= $as_of then next_stage end as next_stage,
                case when left_at <= $as_of then left_at end as gone_at,
                date_diff('microsecond', entered_at, least(coalesce(left_at, $as_of), $as_of)) / 1e6 as seconds,
            from stays
            where created_at >= $period_start
                and created_at < $period_end
                and entered_at <= $as_of
                and stage <> $last_stage
        ),
        today as (
            select
                currency,
                rate,
            from exchange
            where day = cast(timezone($time_zone, timezone('UTC', cast($as_of as timestamp))) as date)
        ),
        waiting as (
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
    )
    where state = 'overdue'
),
weighed as (
    select value * chance as worth from listed
)
select
    count(*) as leads,
    sum(worth) as worth,
from weighed
;
