-- The view: period=last-90d&compare=previous&by=channel

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2026-08-02 17:00:00'
-- $stages = ['lead']
-- How many leads reached each of some steps in the period, every win of a lead counted.
-- Grain: one row per step with any. happened: how many; pairs: their ordered pairs of one company, or
-- of one lead.
-- Parameters: those of the scope; $stages (the stages that open the steps).
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
    where created_at >= $period_start
        and created_at < $period_end
        and opens_group
),
companies as (
    select
        stage,
        coalesce(company_number, -1 - lead_number) as company,
        cast(count(*) as double) as happened,
    from scope
    where list_contains($stages, stage)
    group by stage, company
)
select
    stage,
    cast(sum(happened) as bigint) as happened,
    sum(happened * (happened - 1)) as pairs,
from companies
group by stage
order by stage
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2026-08-02 17:00:00'
-- $stages = ['opportunity', 'won']
-- How many leads reached each of some steps in the period, every win of a lead counted.
-- Grain: one row per step with any. happened: how many; pairs: their ordered pairs of one company, or
-- of one lead.
-- Parameters: those of the scope; $stages (the stages that open the steps).
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
    from (select * from reaches union all select * from further_wins)
    where reached_at >= $period_start
        and reached_at < $period_end
        and opens_group
),
companies as (
    select
        stage,
        coalesce(company_number, -1 - lead_number) as company,
        cast(count(*) as double) as happened,
    from scope
    where list_contains($stages, stage)
    group by stage, company
)
select
    stage,
    cast(sum(happened) as bigint) as happened,
    sum(happened * (happened - 1)) as pairs,
from companies
group by stage
order by stage
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $currency = 'VND'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2026-08-02 17:00:00'
-- $stage = 'won'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- What the deals that were won in the period brought, in the currency of the store.
-- Grain: one row per company, or lead of none, with a deal; in the order of its number.
-- value: the sum of the known amounts, each at the rate of the day of its win; null when none is
-- known. deals: how many; without_amount: how many of them have no known amount.
-- Parameters: those of the scope, sold; $stage (the one that is a win).
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
    from (select * from reaches union all select * from further_wins)
    where reached_at >= $period_start
        and reached_at < $period_end
        and opens_group
),
sold as (
    select
        won.*,
        wins.lead_number is not null as is_known,
        wins.amount * exchange.rate as value,
    from (
        select
            *,
            row_number() over (
                partition by lead_number, stage, reached_at order by lead_number
            ) as copy,
        from scope
    ) as won
    left join wins
        on wins.lead_number = won.lead_number
        and wins.won_at = won.reached_at
        and wins.copy = won.copy
    left join exchange
        on exchange.currency = coalesce(wins.currency, $currency)
        and exchange.day = cast(timezone($time_zone, timezone('UTC', won.reached_at)) as date)
),
companies as (
    select
        coalesce(company_number, -1 - lead_number) as company,
        sum(value) as value,
        count(*) as deals,
        count(*) - count(value) as without_amount,
    from sold
    where stage = $stage
    group by company
)
select * from companies
order by company
;

-- $as_of = timestamp '2026-08-02 15:07:41'
-- $period_end = timestamp '2026-08-02 17:00:00'
-- $period_start = timestamp '2026-05-04 17:00:00'
-- $stages = ['lead']
-- How many leads reached each of some steps in the period, every win of a lead counted.
-- Grain: one row per step with any. happened: how many; pairs: their ordered pairs of one company, or
-- of one lead.
-- Parameters: those of the scope; $stages (the stages that open the steps).
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
    where created_at >= $period_start
        and created_at < $period_end
        and reached_at <= $as_of
        and opens_group
),
companies as (
    select
        stage,
        coalesce(company_number, -1 - lead_number) as company,
        cast(count(*) as double) as happened,
    from scope
    where list_contains($stages, stage)
    group by stage, company
)
select
    stage,
    cast(sum(happened) as bigint) as happened,
    sum(happened * (happened - 1)) as pairs,
from companies
group by stage
order by stage
;

-- $as_of = timestamp '2026-08-02 15:07:41'
-- $period_end = timestamp '2026-08-02 17:00:00'
-- $period_start = timestamp '2026-05-04 17:00:00'
-- $stages = ['opportunity', 'won']
-- How many leads reached each of some steps in the period, every win of a lead counted.
-- Grain: one row per step with any. happened: how many; pairs: their ordered pairs of one company, or
-- of one lead.
-- Parameters: those of the scope; $stages (the stages that open the steps).
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
    from (select * from reaches union all select * from further_wins)
    where reached_at >= $period_start
        and reached_at < $period_end
        and reached_at <= $as_of
        and opens_group
),
companies as (
    select
        stage,
        coalesce(company_number, -1 - lead_number) as company,
        cast(count(*) as double) as happened,
    from scope
    where list_contains($stages, stage)
    group by stage, company
)
select
    stage,
    cast(sum(happened) as bigint) as happened,
    sum(happened * (happened - 1)) as pairs,
from companies
group by stage
order by stage
;

-- $as_of = timestamp '2026-08-02 15:07:41'
-- $currency = 'VND'
-- $period_end = timestamp '2026-08-02 17:00:00'
-- $period_start = timestamp '2026-05-04 17:00:00'
-- $stage = 'won'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- What the deals that were won in the period brought, in the currency of the store.
-- Grain: one row per company, or lead of none, with a deal; in the order of its number.
-- value: the sum of the known amounts, each at the rate of the day of its win; null when none is
-- known. deals: how many; without_amount: how many of them have no known amount.
-- Parameters: those of the scope, sold; $stage (the one that is a win).
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
    from (select * from reaches union all select * from further_wins)
    where reached_at >= $period_start
        and reached_at < $period_end
        and reached_at <= $as_of
        and opens_group
),
sold as (
    select
        won.*,
        wins.lead_number is not null as is_known,
        wins.amount * exchange.rate as value,
    from (
        select
            *,
            row_number() over (
                partition by lead_number, stage, reached_at order by lead_number
            ) as copy,
        from scope
    ) as won
    left join wins
        on wins.lead_number = won.lead_number
        and wins.won_at = won.reached_at
        and wins.copy = won.copy
    left join exchange
        on exchange.currency = coalesce(wins.currency, $currency)
        and exchange.day = cast(timezone($time_zone, timezone('UTC', won.reached_at)) as date)
),
companies as (
    select
        coalesce(company_number, -1 - lead_number) as company,
        sum(value) as value,
        count(*) as deals,
        count(*) - count(value) as without_amount,
    from sold
    where stage = $stage
    group by company
)
select * from companies
order by company
;

-- The view: level=stage&skipped=strict&window=90&by=team&channel=event,~&as_of=2026-06-30

-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $in_channel = ['event']
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $stages = ['lead']
-- How many leads reached each of some steps in the period, every win of a lead counted.
-- Grain: one row per step with any. happened: how many; pairs: their ordered pairs of one company, or
-- of one lead.
-- Parameters: those of the scope; $stages (the stages that open the steps).
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
    where created_at >= $period_start
        and created_at < $period_end
        and reached_at <= $as_of
        and opens_group
        and (list_contains($in_channel, "channel") or "channel" is null)
),
companies as (
    select
        stage,
        coalesce(company_number, -1 - lead_number) as company,
        cast(count(*) as double) as happened,
    from scope
    where list_contains($stages, stage)
    group by stage, company
)
select
    stage,
    cast(sum(happened) as bigint) as happened,
    sum(happened * (happened - 1)) as pairs,
from companies
group by stage
order by stage
;

-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $in_channel = ['event']
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $stages = ['opportunity', 'won']
-- How many leads reached each of some steps in the period, every win of a lead counted.
-- Grain: one row per step with any. happened: how many; pairs: their ordered pairs of one company, or
-- of one lead.
-- Parameters: those of the scope; $stages (the stages that open the steps).
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
    from (select * from reaches union all select * from further_wins)
    where reached_at >= $period_start
        and reached_at < $period_end
        and reached_at <= $as_of
        and opens_group
        and (list_contains($in_channel, "channel") or "channel" is null)
),
companies as (
    select
        stage,
        coalesce(company_number, -1 - lead_number) as company,
        cast(count(*) as double) as happened,
    from scope
    where list_contains($stages, stage)
    group by stage, company
)
select
    stage,
    cast(sum(happened) as bigint) as happened,
    sum(happened * (happened - 1)) as pairs,
from companies
group by stage
order by stage
;

-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $currency = 'VND'
-- $in_channel = ['event']
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $stage = 'won'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- What the deals that were won in the period brought, in the currency of the store.
-- Grain: one row per company, or lead of none, with a deal; in the order of its number.
-- value: the sum of the known amounts, each at the rate of the day of its win; null when none is
-- known. deals: how many; without_amount: how many of them have no known amount.
-- Parameters: those of the scope, sold; $stage (the one that is a win).
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
    from (select * from reaches union all select * from further_wins)
    where reached_at >= $period_start
        and reached_at < $period_end
        and reached_at <= $as_of
        and opens_group
        and (list_contains($in_channel, "channel") or "channel" is null)
),
sold as (
    select
        won.*,
        wins.lead_number is not null as is_known,
        wins.amount * exchange.rate as value,
    from (
        select
            *,
            row_number() over (
                partition by lead_number, stage, reached_at order by lead_number
            ) as copy,
        from scope
    ) as won
    left join wins
        on wins.lead_number = won.lead_number
        and wins.won_at = won.reached_at
        and wins.copy = won.copy
    left join exchange
        on exchange.currency = coalesce(wins.currency, $currency)
        and exchange.day = cast(timezone($time_zone, timezone('UTC', won.reached_at)) as date)
),
companies as (
    select
        coalesce(company_number, -1 - lead_number) as company,
        sum(value) as value,
        count(*) as deals,
        count(*) - count(value) as without_amount,
    from sold
    where stage = $stage
    group by company
)
select * from companies
order by company
;
