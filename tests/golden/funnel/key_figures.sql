-- The view: period=last-90d&compare=previous&by=channel

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2026-08-02 17:00:00'
-- How many leads reached each step, how many of them were out by as_of, whether or not they had moved
-- on before, and how soon they reached it.
-- Grain: one row per segment and step that a lead reached; the step by the rank of its stage.
-- Parameters: those of the scope.
with scope as (
    select
        lead_number,
        lead_id,
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
steps as (
    select
        segment,
        stage_rank,
        count(*) as reached,
        count(*) filter (where is_over) as over,
        quantile_cont(seconds, 0.5) as median_seconds,
    from scope
    group by segment, stage_rank
)
select * from steps
;

-- $as_of = timestamp '2026-08-02 15:07:41'
-- $period_end = timestamp '2026-08-02 17:00:00'
-- $period_start = timestamp '2026-05-04 17:00:00'
-- How many leads reached each step, how many of them were out by as_of, whether or not they had moved
-- on before, and how soon they reached it.
-- Grain: one row per segment and step that a lead reached; the step by the rank of its stage.
-- Parameters: those of the scope.
with scope as (
    select
        lead_number,
        lead_id,
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
steps as (
    select
        segment,
        stage_rank,
        count(*) as reached,
        count(*) filter (where is_over) as over,
        quantile_cont(seconds, 0.5) as median_seconds,
    from scope
    group by segment, stage_rank
)
select * from steps
;
