-- The view: all leads

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $asked_stage = null
-- $clock_before = [0, 34200000000, 34200000000, 34200000000, 68400000000, …]  (730 values)
-- $clock_closes_0 = [63000000000, 0, 0, 322200000000, 408600000000, …]  (730 values)
-- $clock_opens_0 = [28800000000, 0, 0, 288000000000, 374400000000, …]  (730 values)
-- $clock_start = timestamp '2024-10-31 17:00:00'
-- $last_stage = 'won'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $promised = 14400
-- How soon leads were answered: what survival curves are made of.
-- Grain: one row per segment, time and whether they were answered by then. seconds: whole minutes,
-- answers rounded up and waiting down, so that who is answered by the end of a minute is so rounded.
-- leads: how many; breaches: those of them who wait, for longer than was promised.
-- Parameters: those of the scope; $promised (seconds, null without a promise).
with scope as (
    select
        lead_number,
        company_number as company_number,
        cast(null as varchar) as segment,
        created_at,
        entered_at,
        case when answered_at <= $as_of then answered_at end as answered_at,
        replied_at,
        attempted_at,
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
            date_diff('microsecond', $clock_start, least(coalesce(answered_at, $as_of), $as_of)) as left_tick,
        from stays
    )
    where created_at >= $period_start
        and created_at < $period_end
        and entered_at <= $as_of
        and stage <> $last_stage
        and (stage = $asked_stage or $asked_stage is null and visit_number = 1)
),
rounded as (
    select
        segment,
        answered_at is not null as is_answered,
        60 * cast(case when is_answered then ceil(seconds / 60) else floor(seconds / 60) end as integer)
            as whole_seconds,
        not is_answered and seconds > $promised as is_breach,
    from scope
)
select
    segment,
    is_answered,
    whole_seconds as seconds,
    count(*) as leads,
    count(*) filter (where is_breach) as breaches,
from rounded
group by segment, is_answered, whole_seconds
;

-- The view: level=stage&skipped=strict&window=90&by=team&channel=event,~&as_of=2026-06-30

-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $asked_stage = null
-- $clock_before = [0, 34200000000, 34200000000, 34200000000, 68400000000, …]  (730 values)
-- $clock_closes_0 = [63000000000, 0, 0, 322200000000, 408600000000, …]  (730 values)
-- $clock_opens_0 = [28800000000, 0, 0, 288000000000, 374400000000, …]  (730 values)
-- $clock_start = timestamp '2024-10-31 17:00:00'
-- $in_channel = ['event']
-- $last_stage = 'won'
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $promised = 14400
-- How soon leads were answered: what survival curves are made of.
-- Grain: one row per segment, time and whether they were answered by then. seconds: whole minutes,
-- answers rounded up and waiting down, so that who is answered by the end of a minute is so rounded.
-- leads: how many; breaches: those of them who wait, for longer than was promised.
-- Parameters: those of the scope; $promised (seconds, null without a promise).
with scope as (
    select
        lead_number,
        company_number as company_number,
        "team" as segment,
        created_at,
        entered_at,
        case when answered_at <= $as_of then answered_at end as answered_at,
        replied_at,
        attempted_at,
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
            date_diff('microsecond', $clock_start, least(coalesce(answered_at, $as_of), $as_of)) as left_tick,
        from stays
    )
    where created_at >= $period_start
        and created_at < $period_end
        and entered_at <= $as_of
        and stage <> $last_stage
        and (stage = $asked_stage or $asked_stage is null and visit_number = 1)
        and (list_contains($in_channel, "channel") or "channel" is null)
),
rounded as (
    select
        segment,
        answered_at is not null as is_answered,
        60 * cast(case when is_answered then ceil(seconds / 60) else floor(seconds / 60) end as integer)
            as whole_seconds,
        not is_answered and seconds > $promised as is_breach,
    from scope
)
select
    segment,
    is_answered,
    whole_seconds as seconds,
    count(*) as leads,
    count(*) filter (where is_breach) as breaches,
from rounded
group by segment, is_answered, whole_seconds
;

-- The view: mode=flow&period=last-180d&by=source&region=~

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $asked_stage = null
-- $clock_before = [0, 34200000000, 34200000000, 34200000000, 68400000000, …]  (730 values)
-- $clock_closes_0 = [63000000000, 0, 0, 322200000000, 408600000000, …]  (730 values)
-- $clock_opens_0 = [28800000000, 0, 0, 288000000000, 374400000000, …]  (730 values)
-- $clock_start = timestamp '2024-10-31 17:00:00'
-- $in_region = []
-- $last_stage = 'won'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2026-05-04 17:00:00'
-- $promised = 14400
-- How soon leads were answered: what survival curves are made of.
-- Grain: one row per segment, time and whether they were answered by then. seconds: whole minutes,
-- answers rounded up and waiting down, so that who is answered by the end of a minute is so rounded.
-- leads: how many; breaches: those of them who wait, for longer than was promised.
-- Parameters: those of the scope; $promised (seconds, null without a promise).
with scope as (
    select
        lead_number,
        company_number as company_number,
        "source" as segment,
        created_at,
        entered_at,
        case when answered_at <= $as_of then answered_at end as answered_at,
        replied_at,
        attempted_at,
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
            date_diff('microsecond', $clock_start, least(coalesce(answered_at, $as_of), $as_of)) as left_tick,
        from stays
    )
    where entered_at >= $period_start
        and entered_at < $period_end
        and entered_at <= $as_of
        and stage <> $last_stage
        and (stage = $asked_stage or $asked_stage is null and visit_number = 1)
        and (list_contains($in_region, "region") or "region" is null)
),
rounded as (
    select
        segment,
        answered_at is not null as is_answered,
        60 * cast(case when is_answered then ceil(seconds / 60) else floor(seconds / 60) end as integer)
            as whole_seconds,
        not is_answered and seconds > $promised as is_breach,
    from scope
)
select
    segment,
    is_answered,
    whole_seconds as seconds,
    count(*) as leads,
    count(*) filter (where is_breach) as breaches,
from rounded
group by segment, is_answered, whole_seconds
;
