-- The view: period=last-180d

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $lead_stage = 'lead'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2026-05-04 17:00:00'
-- $screening = 1
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- How many of the leads of each month are usable.
-- Grain: one row per month of entry in which leads were screened, the month as its first day.
-- Parameters: those of the scope; $lead_stage (the stage that opens the funnel); $screening (its
-- place in parts, null where no lead has one).
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
        cast(["screening", "screening_reason", "consent", "call_outcome", "call_attempts"] as varchar[]) as parts,
        cast(null as varchar) as part_0,
        "screening" as part_1,
        "screening_reason" as part_2,
        "consent" as part_3,
        "call_outcome" as part_4,
        "call_attempts" as part_5,
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
        and opens_group
),
arrived as (
    select
        cast(
            date_trunc('month', timezone($time_zone, timezone('UTC', entered_at))) as date
        ) as month,
        list_extract(parts, cast($screening as bigint)) as verdict,
    from scope
    where stage = $lead_stage
)
select
    month,
    count(*) as screened,
    count(*) filter (where verdict = 'ok') as usable,
from arrived
where verdict is not null
group by month
order by month
;
