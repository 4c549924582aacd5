-- What became of leads that reached a step, and after how long, in all of the data, and whether they
-- entered in a period.
-- Grain: one row per segment, step, outcome ('advanced', 'lost', 'open') and whether the leads entered
-- in the period (is_shown). seconds: how long each of them waited for it, in no order.
-- Parameters: those of the scope; $shown_start, $shown_end (the period).
with fates as (
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
