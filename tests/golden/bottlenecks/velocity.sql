-- The view: period=last-90d&compare=previous&by=channel

-- $as_of = timestamp '2026-08-02 15:07:41'
-- $currency = 'VND'
-- $period_end = timestamp '2026-08-02 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $qualified_stage = 'opportunity'
-- $shown_end = timestamp '2026-08-02 17:00:00'
-- $shown_start = timestamp '2026-05-04 17:00:00'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- $won_stage = 'won'
-- The deals that velocity is made of: leads that reached the qualified step, and their outcomes.
-- Grain: one row per whether the deals began in the period and outcome ('advanced', 'lost', 'open').
-- deals: how many; seconds: for each of them the time from qualifying to the end, for open ones to
-- as_of, in no order. value: the worth of the won ones together, in the store's currency at the rate
-- of the day of winning; valued: how many of them have a known value.
-- Parameters: those of the scope, worths; $qualified_stage and $won_stage (those that open the step
-- and the next one), $shown_start, $shown_end (the period).
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
        case when group_next_at <= $as_of then group_next_at end as moved_on_at,
        case
            when exited_at <= $as_of then exited_at
            when len(list_filter(earlier_exits, lambda turn: turn <= $as_of)) % 2 = 1 then list_filter(earlier_exits, lambda turn: turn <= $as_of)[-1]
        end as out_at,
        out_at is not null or false as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
    from reaches
    where reached_at >= $period_start
        and reached_at < $period_end
        and reached_at <= $as_of
        and opens_group
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
deals as (
    select
        lead_number,
        reached_at >= $shown_start and reached_at < $shown_end as is_shown,
        outcome,
        waited,
    from scope
    where stage = $qualified_stage
),
won as (
    select
        lead_number,
        value,
    from worths
    where stage = $won_stage
),
groups as (
    select
        deals.is_shown,
        deals.outcome,
        count(*) as deals,
        array_agg(deals.waited) as seconds,
        count(won.value) as valued,
        coalesce(sum(won.value), 0) as value,
    from deals
    left join won
        on won.lead_number = deals.lead_number
        and deals.is_shown
        and deals.outcome = 'advanced'
    group by deals.is_shown, deals.outcome
)
select * from groups
order by is_shown, outcome
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $currency = 'VND'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $qualified_stage = 'opportunity'
-- $shown_end = timestamp '2026-10-31 17:00:00'
-- $shown_start = timestamp '2026-08-02 17:00:00'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- $won_stage = 'won'
-- The deals that velocity is made of: leads that reached the qualified step, and their outcomes.
-- Grain: one row per whether the deals began in the period and outcome ('advanced', 'lost', 'open').
-- deals: how many; seconds: for each of them the time from qualifying to the end, for open ones to
-- as_of, in no order. value: the worth of the won ones together, in the store's currency at the rate
-- of the day of winning; valued: how many of them have a known value.
-- Parameters: those of the scope, worths; $qualified_stage and $won_stage (those that open the step
-- and the next one), $shown_start, $shown_end (the period).
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
        case when group_next_at is not null then group_next_at end as moved_on_at,
        exited_at as out_at,
        out_at is not null or false as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
    from reaches
    where reached_at >= $period_start
        and reached_at < $period_end
        and opens_group
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
deals as (
    select
        lead_number,
        reached_at >= $shown_start and reached_at < $shown_end as is_shown,
        outcome,
        waited,
    from scope
    where stage = $qualified_stage
),
won as (
    select
        lead_number,
        value,
    from worths
    where stage = $won_stage
),
groups as (
    select
        deals.is_shown,
        deals.outcome,
        count(*) as deals,
        array_agg(deals.waited) as seconds,
        count(won.value) as valued,
        coalesce(sum(won.value), 0) as value,
    from deals
    left join won
        on won.lead_number = deals.lead_number
        and deals.is_shown
        and deals.outcome = 'advanced'
    group by deals.is_shown, deals.outcome
)
select * from groups
order by is_shown, outcome
;
