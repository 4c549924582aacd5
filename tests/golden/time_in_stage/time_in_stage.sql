-- The view: all leads

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $last_stage = 'won'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- How long leads stayed where, and how they left: what survival curves are made of.
-- Grain: one row per segment, stage and outcome. seconds: the length of each of its stays, in no
-- order.
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
    where created_at >= $period_start
        and created_at < $period_end
        and entered_at <= $as_of
        and stage <> $last_stage
),
lengths as (
    select
        segment,
        stage,
        outcome,
        array_agg(seconds) as seconds,
    from scope
    group by segment, stage, outcome
)
select * from lengths
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $last_stage = 'won'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- How often leads came back to a stage they had left.
-- Grain: one row per segment and stage with stays of leads that ever went back, or out and back in:
-- of no other lead is a stage seen twice. returns: visits beyond a lead's first.
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
    where created_at >= $period_start
        and created_at < $period_end
        and entered_at <= $as_of
        and stage <> $last_stage
),
comers as (
    select lead_number
    from stays
    where outcome = 'went_back'
    union all
    select lead_number
    from reaches
    where stage_rank = 0 and earlier_exits is not null
),
loops as (
    select
        segment,
        stage,
        count(*) - count(distinct lead_number) as returns,
    from scope
    where lead_number in (select lead_number from comers)
    group by segment, stage
)
select * from loops
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- How many leads skipped a stage.
-- Grain: one row per segment and stage that a lead reached. skipped: leads that were first seen at
-- a later stage.
-- Parameters: those of the scope.
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
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
),
jumps as (
    select
        segment,
        stage,
        count(*) filter (where imputed) as skipped,
    from scope
    group by segment, stage
)
select * from jumps
;

-- The view: level=stage&skipped=strict&window=90&by=team&channel=event,~&as_of=2026-06-30

-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $in_channel = ['event']
-- $last_stage = 'won'
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- How long leads stayed where, and how they left: what survival curves are made of.
-- Grain: one row per segment, stage and outcome. seconds: the length of each of its stays, in no
-- order.
-- Parameters: those of the scope.
with scope as (
    select
        lead_number,
        company_number as company_number,
        "team" as segment,
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
        and (list_contains($in_channel, "channel") or "channel" is null)
),
lengths as (
    select
        segment,
        stage,
        outcome,
        array_agg(seconds) as seconds,
    from scope
    group by segment, stage, outcome
)
select * from lengths
;

-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $in_channel = ['event']
-- $last_stage = 'won'
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- How often leads came back to a stage they had left.
-- Grain: one row per segment and stage with stays of leads that ever went back, or out and back in:
-- of no other lead is a stage seen twice. returns: visits beyond a lead's first.
-- Parameters: those of the scope.
with scope as (
    select
        lead_number,
        company_number as company_number,
        "team" as segment,
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
        and (list_contains($in_channel, "channel") or "channel" is null)
),
comers as (
    select lead_number
    from stays
    where outcome = 'went_back'
    union all
    select lead_number
    from reaches
    where stage_rank = 0 and earlier_exits is not null
),
loops as (
    select
        segment,
        stage,
        count(*) - count(distinct lead_number) as returns,
    from scope
    where lead_number in (select lead_number from comers)
    group by segment, stage
)
select * from loops
;

-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $in_channel = ['event']
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- How many leads skipped a stage.
-- Grain: one row per segment and stage that a lead reached. skipped: leads that were first seen at
-- a later stage.
-- Parameters: those of the scope.
with scope as (
    select
        lead_number,
        company_number as company_number,
        "team" as segment,
        stage,
        stage_rank,
        imputed,
        created_at as entered_at,
        reached_at as reached_at,
        seconds_since_entry as seconds,
        case when next_at <= $as_of then next_at end as moved_on_at,
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
        and (list_contains($in_channel, "channel") or "channel" is null)
),
jumps as (
    select
        segment,
        stage,
        count(*) filter (where imputed) as skipped,
    from scope
    group by segment, stage
)
select * from jumps
;

-- The view: mode=flow&period=last-180d&by=source&region=~

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $in_region = []
-- $last_stage = 'won'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2026-05-04 17:00:00'
-- How long leads stayed where, and how they left: what survival curves are made of.
-- Grain: one row per segment, stage and outcome. seconds: the length of each of its stays, in no
-- order.
-- Parameters: those of the scope.
with scope as (
    select
        lead_number,
        company_number as company_number,
        "source" as segment,
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
        and (list_contains($in_region, "region") or "region" is null)
),
lengths as (
    select
        segment,
        stage,
        outcome,
        array_agg(seconds) as seconds,
    from scope
    group by segment, stage, outcome
)
select * from lengths
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $in_region = []
-- $last_stage = 'won'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2026-05-04 17:00:00'
-- How often leads came back to a stage they had left.
-- Grain: one row per segment and stage with stays of leads that ever went back, or out and back in:
-- of no other lead is a stage seen twice. returns: visits beyond a lead's first.
-- Parameters: those of the scope.
with scope as (
    select
        lead_number,
        company_number as company_number,
        "source" as segment,
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
        and (list_contains($in_region, "region") or "region" is null)
),
comers as (
    select lead_number
    from stays
    where outcome = 'went_back'
    union all
    select lead_number
    from reaches
    where stage_rank = 0 and earlier_exits is not null
),
loops as (
    select
        segment,
        stage,
        count(*) - count(distinct lead_number) as returns,
    from scope
    where lead_number in (select lead_number from comers)
    group by segment, stage
)
select * from loops
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $in_region = []
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2026-05-04 17:00:00'
-- How many leads skipped a stage.
-- Grain: one row per segment and stage that a lead reached. skipped: leads that were first seen at
-- a later stage.
-- Parameters: those of the scope.
with scope as (
    select
        lead_number,
        company_number as company_number,
        "source" as segment,
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
    from reaches
    where reached_at >= $period_start
        and reached_at < $period_end
        and (list_contains($in_region, "region") or "region" is null)
),
jumps as (
    select
        segment,
        stage,
        count(*) filter (where imputed) as skipped,
    from scope
    group by segment, stage
)
select * from jumps
;

-- The view: level=stage&clock=working&by=owner&from=2026-01-01&to=2026-03-31

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $clock_before = [0, 34200000000, 34200000000, 34200000000, 68400000000, …]  (730 values)
-- $clock_closes_0 = [63000000000, 0, 0, 322200000000, 408600000000, …]  (730 values)
-- $clock_opens_0 = [28800000000, 0, 0, 288000000000, 374400000000, …]  (730 values)
-- $clock_start = timestamp '2024-10-31 17:00:00'
-- $last_stage = 'won'
-- $period_end = timestamp '2026-03-31 17:00:00'
-- $period_start = timestamp '2025-12-31 17:00:00'
-- How long leads stayed where, and how they left: what survival curves are made of.
-- Grain: one row per segment, stage and outcome. seconds: the length of each of its stays, in no
-- order.
-- Parameters: those of the scope.
with scope as (
    select
        lead_number,
        company_number as company_number,
        "owner" as segment,
        stage,
        stage_rank,
        created_at,
        entered_at,
        case when left_at <= $as_of then outcome else 'open' end as outcome,
        case when left_at <= $as_of then next_stage end as next_stage,
        case when left_at <= $as_of then left_at end as gone_at,
        (
            ($clock_before[1 + left_tick // 86400000000]
                + greatest(0, least(left_tick, $clock_closes_0[1 + left_tick // 86400000000]) - $clock_opens_0[1 + left_tick // 86400000000]))
            - ($clock_before[1 + entered_tick // 86400000000]
                + greatest(0, least(entered_tick, $clock_closes_0[1 + entered_tick // 86400000000]) - $clock_opens_0[1 + entered_tick // 86400000000]))
        ) / 1e6 as seconds,
    from (
        select
            *,
            date_diff('microsecond', $clock_start, entered_at) as entered_tick,
            date_diff('microsecond', $clock_start, least(coalesce(left_at, $as_of), $as_of)) as left_tick,
        from stays
    )
    where created_at >= $period_start
        and created_at < $period_end
        and entered_at <= $as_of
        and stage <> $last_stage
),
lengths as (
    select
        segment,
        stage,
        outcome,
        array_agg(seconds) as seconds,
    from scope
    group by segment, stage, outcome
)
select * from lengths
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $clock_before = [0, 34200000000, 34200000000, 34200000000, 68400000000, …]  (730 values)
-- $clock_closes_0 = [63000000000, 0, 0, 322200000000, 408600000000, …]  (730 values)
-- $clock_opens_0 = [28800000000, 0, 0, 288000000000, 374400000000, …]  (730 values)
-- $clock_start = timestamp '2024-10-31 17:00:00'
-- $last_stage = 'won'
-- $period_end = timestamp '2026-03-31 17:00:00'
-- $period_start = timestamp '2025-12-31 17:00:00'
-- How often leads came back to a stage they had left.
-- Grain: one row per segment and stage with stays of leads that ever went back, or out and back in:
-- of no other lead is a stage seen twice. returns: visits beyond a lead's first.
-- Parameters: those of the scope.
with scope as (
    select
        lead_number,
        company_number as company_number,
        "owner" as segment,
        stage,
        stage_rank,
        created_at,
        entered_at,
        case when left_at <= $as_of then outcome else 'open' end as outcome,
        case when left_at <= $as_of then next_stage end as next_stage,
        case when left_at <= $as_of then left_at end as gone_at,
        (
            ($clock_before[1 + left_tick // 86400000000]
                + greatest(0, least(left_tick, $clock_closes_0[1 + left_tick // 86400000000]) - $clock_opens_0[1 + left_tick // 86400000000]))
            - ($clock_before[1 + entered_tick // 86400000000]
                + greatest(0, least(entered_tick, $clock_closes_0[1 + entered_tick // 86400000000]) - $clock_opens_0[1 + entered_tick // 86400000000]))
        ) / 1e6 as seconds,
    from (
        select
            *,
            date_diff('microsecond', $clock_start, entered_at) as entered_tick,
            date_diff('microsecond', $clock_start, least(coalesce(left_at, $as_of), $as_of)) as left_tick,
        from stays
    )
    where created_at >= $period_start
        and created_at < $period_end
        and entered_at <= $as_of
        and stage <> $last_stage
),
comers as (
    select lead_number
    from stays
    where outcome = 'went_back'
    union all
    select lead_number
    from reaches
    where stage_rank = 0 and earlier_exits is not null
),
loops as (
    select
        segment,
        stage,
        count(*) - count(distinct lead_number) as returns,
    from scope
    where lead_number in (select lead_number from comers)
    group by segment, stage
)
select * from loops
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $period_end = timestamp '2026-03-31 17:00:00'
-- $period_start = timestamp '2025-12-31 17:00:00'
-- How many leads skipped a stage.
-- Grain: one row per segment and stage that a lead reached. skipped: leads that were first seen at
-- a later stage.
-- Parameters: those of the scope.
with scope as (
    select
        lead_number,
        company_number as company_number,
        "owner" as segment,
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
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
),
jumps as (
    select
        segment,
        stage,
        count(*) filter (where imputed) as skipped,
    from scope
    group by segment, stage
)
select * from jumps
;
