-- Which visits to each stage began, ended or are open, and how long they lasted.
-- Grain: one row per segment, stage, time of beginning and whether the visits are open. part: 'now',
-- 'before', or 'older', of which no length is asked for. visits: all; arrived and gone: those that
-- began, and ended, in the weeks counted. seconds: the length of each of them, in no order; null for
-- the older ones.
-- Parameters: those of the scope; $now_start, $before_start (instants in which now and before
-- begin, now ending with as_of), $weeks_start, $weeks_end (of the weeks; the end not included).
with timed as (
    select
        segment,
        stage_rank,
        outcome = 'open' as is_open,
        case
            when entered_at >= $now_start then 'now'
            when entered_at >= $before_start then 'before'
            else 'older'
        end as part,
        entered_at >= $weeks_start and entered_at < $weeks_end as arrived,
        coalesce(gone_at >= $weeks_start and gone_at < $weeks_end, false) as gone,
        seconds,
    from scope
),
lengths as (
    select
        segment,
        stage_rank,
        part,
        is_open,
        count(*) as visits,
        count(*) filter (where arrived) as arrived,
        count(*) filter (where gone) as gone,
        array_agg(seconds) filter (where part <> 'older') as seconds,
    from timed
    group by segment, stage_rank, part, is_open
)
select * from lengths
