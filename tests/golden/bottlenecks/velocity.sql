-- The view: period=last-90d&compare=previous&by=channel

-- $as_of = timestamp '2026-08-02 15:07:41'
-- $currency = 'VND'
-- $period_end = timestamp '2026-08-02 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $qualified_stage = 'opportunity'
-- $shown_end = timestamp '2026-08-02 17:00:00'
-- $shown_start = timestamp '2026-05-04 17:00:00'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- The deals that velocity is made of: leads that reached the qualified step, and their outcomes.
-- Grain: one row per whether the deals began in the period and outcome ('advanced', 'lost', 'open').
-- deals: how many; seconds: for each of them the time from qualifying to the end, for open ones to
-- as_of, in no order. value: the worth of the won ones together, in the store's currency at the rate
-- of the day of winning; valued: how many of them have a known value.
-- Parameters: those of the scope; $qualified_stage (the one that opens the step), $shown_start,
-- $shown_end (the period), $currency (the store's).
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
deals as (
    select
        lead_number,
        reached_at >= $shown_start and reached_at < $shown_end as is_shown,
        outcome,
        waited,
        cast(timezone($time_zone, timezone('UTC', moved_on_at)) as date) as day,
    from scope
    where stage = $qualified_stage
),
values_of_leads as (
    select
        deals.lead_number,
        leads.amount * exchange.rate as value,
    from deals
    join leads on leads.lead_number = deals.lead_number
    join exchange
        on exchange.currency = coalesce(leads.currency, $currency) and exchange.day = deals.day
    where deals.is_shown and deals.outcome = 'advanced'
),
groups as (
    select
        deals.is_shown,
        deals.outcome,
        count(*) as deals,
        array_agg(deals.waited) as seconds,
        count(values_of_leads.value) as valued,
        coalesce(sum(values_of_leads.value), 0) as value,
    from deals
    left join values_of_leads on values_of_leads.lead_number = deals.lead_number
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
-- The deals that velocity is made of: leads that reached the qualified step, and their outcomes.
-- Grain: one row per whether the deals began in the period and outcome ('advanced', 'lost', 'open').
-- deals: how many; seconds: for each of them the time from qualifying to the end, for open ones to
-- as_of, in no order. value: the worth of the won ones together, in the store's currency at the rate
-- of the day of winning; valued: how many of them have a known value.
-- Parameters: those of the scope; $qualified_stage (the one that opens the step), $shown_start,
-- $shown_end (the period), $currency (the store's).
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
deals as (
    select
        lead_number,
        reached_at >= $shown_start and reached_at < $shown_end as is_shown,
        outcome,
        waited,
        cast(timezone($time_zone, timezone('UTC', moved_on_at)) as date) as day,
    from scope
    where stage = $qualified_stage
),
values_of_leads as (
    select
        deals.lead_number,
        leads.amount * exchange.rate as value,
    from deals
    join leads on leads.lead_number = deals.lead_number
    join exchange
        on exchange.currency = coalesce(leads.currency, $currency) and exchange.day = deals.day
    where deals.is_shown and deals.outcome = 'advanced'
),
groups as (
    select
        deals.is_shown,
        deals.outcome,
        count(*) as deals,
        array_agg(deals.waited) as seconds,
        count(values_of_leads.value) as valued,
        coalesce(sum(values_of_leads.value), 0) as value,
    from deals
    left join values_of_leads on values_of_leads.lead_number = deals.lead_number
    group by deals.is_shown, deals.outcome
)
select * from groups
order by is_shown, outcome
;
