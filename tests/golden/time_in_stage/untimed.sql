-- The view: all leads

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- How many leads have a stage that is only known from a present status, without its time.
-- Grain: one row.
-- Parameters: those of the scope, which is of such leads.
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
        and not is_timed
),
entered as (
    select lead_number from scope where stage_rank = 0
)
select count(*) as leads from entered
;
