-- The view: all leads

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $shown_end = timestamp '2026-10-31 17:00:00'
-- $shown_start = timestamp '2024-10-31 17:00:00'
-- What became of leads that reached a step, and after how long, in all of the data, and whether they
-- entered in a period.
-- Grain: one row per segment, step, outcome ('advanced', 'lost', 'open') and whether the leads entered
-- in the period (is_shown). seconds: how long each of them waited for it, in no order.
-- Parameters: those of the scope; $shown_start, $shown_end (the period).
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
    where created_at >= $period_start
        and created_at < $period_end
),
fates as (
    select
        segment,
        stage,
        outcome,
        waited,
        entered_at >= $shown_start and entered_at < $shown_end as is_shown,
    from scope
),
lengths as (
    select
        segment,
        stage,
        outcome,
        is_shown,
        array_agg(waited) as seconds,
    from fates
    group by segment, stage, outcome, is_shown
)
select * from lengths
order by segment, stage, outcome, is_shown
;

-- The view: level=stage&skipped=strict&window=90&by=team&channel=event,~&as_of=2026-06-30

-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $due_before = timestamp '2026-04-01 16:59:59.999999'
-- $in_channel = ['event']
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $shown_end = timestamp '2026-06-30 17:00:00'
-- $shown_start = timestamp '2024-10-31 17:00:00'
-- $window_seconds = 7776000
-- What became of leads that reached a step, and after how long, in all of the data, and whether they
-- entered in a period.
-- Grain: one row per segment, step, outcome ('advanced', 'lost', 'open') and whether the leads entered
-- in the period (is_shown). seconds: how long each of them waited for it, in no order.
-- Parameters: those of the scope; $shown_start, $shown_end (the period).
with scope as (
    select
        lead_number,
        company_number as company_number,
        "source" as segment,
        stage,
        stage_rank,
        imputed,
        strict_group_entered_at as entered_at,
        strict_group_at as reached_at,
        strict_group_seconds as seconds,
        case when strict_group_next_at <= $as_of and date_diff('microsecond', strict_group_entered_at, strict_group_next_at) / 1e6 <= $window_seconds then strict_group_next_at end as moved_on_at,
        case
            when exited_at <= $as_of then exited_at
            when len(list_filter(earlier_exits, lambda turn: turn <= $as_of)) % 2 = 1 then list_filter(earlier_exits, lambda turn: turn <= $as_of)[-1]
        end as out_at,
        out_at is not null or strict_group_entered_at <= $due_before as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        least(date_diff('microsecond', strict_group_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6, $window_seconds - strict_group_seconds) as waited,
    from reaches
    where strict_group_entered_at >= $period_start
        and strict_group_entered_at < $period_end
        and strict_group_at <= $as_of
        and opens_group
        and strict_group_seconds <= $window_seconds
        and (list_contains($in_channel, "channel") or "channel" is null)
),
fates as (
    select
        segment,
        stage,
        outcome,
        waited,
        entered_at >= $shown_start and entered_at < $shown_end as is_shown,
    from scope
),
lengths as (
    select
        segment,
        stage,
        outcome,
        is_shown,
        array_agg(waited) as seconds,
    from fates
    group by segment, stage, outcome, is_shown
)
select * from lengths
order by segment, stage, outcome, is_shown
;
