-- The view: stage=opportunity&by=team&as_of=2026-06-30

-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $asked_stages = ['lead', 'opportunity']
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- How soon the leads of each month of entry reached the two steps of a transition.
-- Grain: one row per segment, month of entry, step asked for, months needed and months had: how
-- many months of 30 days from entry it took to reach the step (0: at once), and for how many the
-- lead has been observed by as_of. leads counts them.
-- Parameters: those of the scope; $asked_stages, the stages that open the steps asked for.
with scope as (
    select
        lead_number,
        lead_id,
        company_number as company_number,
        "team" as segment,
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
placed as (
    select
        segment,
        cast(date_trunc('month', timezone($time_zone, timezone('UTC', entered_at))) as date)
            as cohort,
        stage,
        cast(ceil(seconds / 2592e3) as integer) as months_needed,
        cast(floor(date_diff('microsecond', entered_at, $as_of) / 1e6 / 2592e3) as integer)
            as months_had,
    from scope
    where list_contains($asked_stages, stage)
),
cohorts as (
    select
        segment,
        cohort,
        stage,
        months_needed,
        months_had,
        count(*) as leads,
    from placed
    group by segment, cohort, stage, months_needed, months_had
)
select * from cohorts
order by segment, cohort, stage, months_needed, months_had
;

-- The view: level=stage&skipped=strict&window=90&by=team&channel=event,~&as_of=2026-06-30

-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $asked_stages = ['lead', 'won']
-- $due_before = timestamp '2026-04-01 16:59:59.999999'
-- $in_channel = ['event']
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- $window_seconds = 7776000
-- How soon the leads of each month of entry reached the two steps of a transition.
-- Grain: one row per segment, month of entry, step asked for, months needed and months had: how
-- many months of 30 days from entry it took to reach the step (0: at once), and for how many the
-- lead has been observed by as_of. leads counts them.
-- Parameters: those of the scope; $asked_stages, the stages that open the steps asked for.
with scope as (
    select
        lead_number,
        lead_id,
        company_number as company_number,
        "team" as segment,
        stage,
        stage_rank,
        imputed,
        strict_entered_at as entered_at,
        strict_at as reached_at,
        strict_seconds as seconds,
        case when strict_next_at <= $as_of and date_diff('microsecond', strict_entered_at, strict_next_at) / 1e6 <= $window_seconds then strict_next_at end as moved_on_at,
        case
            when exited_at <= $as_of then exited_at
            when len(list_filter(earlier_exits, lambda turn: turn <= $as_of)) % 2 = 1 then list_filter(earlier_exits, lambda turn: turn <= $as_of)[-1]
        end as out_at,
        out_at is not null or strict_entered_at <= $due_before as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        least(date_diff('microsecond', strict_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6, $window_seconds - strict_seconds) as waited,
    from reaches
    where strict_entered_at >= $period_start
        and strict_entered_at < $period_end
        and strict_at <= $as_of
        and strict_seconds <= $window_seconds
        and (list_contains($in_channel, "channel") or "channel" is null)
),
placed as (
    select
        segment,
        cast(date_trunc('month', timezone($time_zone, timezone('UTC', entered_at))) as date)
            as cohort,
        stage,
        cast(ceil(seconds / 2592e3) as integer) as months_needed,
        cast(floor(date_diff('microsecond', entered_at, $as_of) / 1e6 / 2592e3) as integer)
            as months_had,
    from scope
    where list_contains($asked_stages, stage)
),
cohorts as (
    select
        segment,
        cohort,
        stage,
        months_needed,
        months_had,
        count(*) as leads,
    from placed
    group by segment, cohort, stage, months_needed, months_had
)
select * from cohorts
order by segment, cohort, stage, months_needed, months_had
;
