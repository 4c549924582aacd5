-- The view: team=TP.HCM 2

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
-- $in_team = ['TP.HCM 2']
-- $last_stage = 'won'
-- $let_go = [7776000, 7776000, 7776000, 7776000, 7776000, …]  (6 values)
-- $limits = [59541.0, 306510.0, 604800, 1209600, 2592000, …]  (6 values)
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $stages = ['lead', 'iql', 'mql', 'sal', 'sql', …]  (6 values)
-- How many open leads stand how, by stage.
-- Grain: one row per stage other than the last in which a lead is open at as_of. The state of a lead
-- is that of the work list (leads/to_do), of which nothing else is asked: no lead is looked up.
-- Parameters: those of the scope; $stages and, in the same order, $limits and $let_go (seconds, null
-- where there is none).
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
        and list_contains($in_team, "team")
),
waiting as (
    select
        stage,
        seconds,
        list_extract($limits, list_position($stages, stage)) as limit_seconds,
        list_extract($let_go, list_position($stages, stage)) as let_go_seconds,
    from scope
    where outcome = 'open'
),
stated as (
    select
        stage,
        case
            when seconds > let_go_seconds and seconds > limit_seconds then 'let_go'
            when seconds > limit_seconds then 'overdue'
            else 'in_time'
        end as state,
    from waiting
),
counted as (
    select
        stage,
        count(*) as open,
        count(*) filter (where state = 'overdue') as overdue,
        count(*) filter (where state = 'let_go') as let_go,
        count(*) filter (where state = 'in_time') as in_time,
    from stated
    group by stage
)
select
    stage,
    open,
    overdue,
    let_go,
    in_time,
from counted
order by stage
;
