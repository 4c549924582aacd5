-- The view: stage=opportunity&by=team&as_of=2026-06-30

-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $end_stage = 'opportunity'
-- $entry_stage = 'lead'
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $window_seconds = null
-- What became of the leads on their way from entry to a step, and after how long.
-- Grain: one row per segment and outcome ('advanced', 'lost', 'open'). seconds: how long after its
-- entry that was for each of its leads, in no order; company_seconds, companies: the same of those
-- that share a company with others, and its number. A lead has advanced when it reached the step,
-- however it ended later.
-- Parameters: those of the scope; $entry_stage, $end_stage (the stages that open the two steps).
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
arrived as (
    select
        lead_number,
        company_number,
        segment,
        'advanced' as outcome,
        seconds,
    from scope
    where stage = $end_stage
),
on_the_way as (
    select
        lead_number,
        company_number,
        segment,
        case when is_over then 'lost' else 'open' end as outcome,
        date_diff('microsecond', entered_at, coalesce(out_at, $as_of)) / 1e6 as staying,
    from scope
    where stage = $entry_stage and lead_number not in (select lead_number from arrived)
),
fates as (
    select
        company_number,
        segment,
        outcome,
        seconds,
    from arrived
    union all
    select
        company_number,
        segment,
        outcome,
        least(staying, coalesce($window_seconds, staying)) as seconds,
    from on_the_way
),
lengths as (
    select
        segment,
        outcome,
        array_agg(seconds) as seconds,
        -- Together, so that the one list is in the order of the other.
        array_agg({'company': company_number, 'seconds': seconds})
            filter (where company_number is not null) as members,
    from fates
    group by segment, outcome
)
select
    segment,
    outcome,
    seconds,
    coalesce(list_transform(members, lambda member: member.seconds), []) as company_seconds,
    coalesce(list_transform(members, lambda member: member.company), []) as companies,
from lengths
order by segment, outcome
;

-- The view: level=stage&skipped=strict&window=90&by=team&channel=event,~&as_of=2026-06-30

-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $due_before = timestamp '2026-04-01 16:59:59.999999'
-- $end_stage = 'won'
-- $entry_stage = 'lead'
-- $in_channel = ['event']
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $window_seconds = 7776000
-- What became of the leads on their way from entry to a step, and after how long.
-- Grain: one row per segment and outcome ('advanced', 'lost', 'open'). seconds: how long after its
-- entry that was for each of its leads, in no order; company_seconds, companies: the same of those
-- that share a company with others, and its number. A lead has advanced when it reached the step,
-- however it ended later.
-- Parameters: those of the scope; $entry_stage, $end_stage (the stages that open the two steps).
with scope as (
    select
        lead_number,
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
arrived as (
    select
        lead_number,
        company_number,
        segment,
        'advanced' as outcome,
        seconds,
    from scope
    where stage = $end_stage
),
on_the_way as (
    select
        lead_number,
        company_number,
        segment,
        case when is_over then 'lost' else 'open' end as outcome,
        date_diff('microsecond', entered_at, coalesce(out_at, $as_of)) / 1e6 as staying,
    from scope
    where stage = $entry_stage and lead_number not in (select lead_number from arrived)
),
fates as (
    select
        company_number,
        segment,
        outcome,
        seconds,
    from arrived
    union all
    select
        company_number,
        segment,
        outcome,
        least(staying, coalesce($window_seconds, staying)) as seconds,
    from on_the_way
),
lengths as (
    select
        segment,
        outcome,
        array_agg(seconds) as seconds,
        -- Together, so that the one list is in the order of the other.
        array_agg({'company': company_number, 'seconds': seconds})
            filter (where company_number is not null) as members,
    from fates
    group by segment, outcome
)
select
    segment,
    outcome,
    seconds,
    coalesce(list_transform(members, lambda member: member.seconds), []) as company_seconds,
    coalesce(list_transform(members, lambda member: member.company), []) as companies,
from lengths
order by segment, outcome
;
