-- What became of leads that reached a step, by how long it took, in all of the data; and how many of
-- them entered in a period.
-- Grain: one row per segment, step, outcome ('advanced', 'lost', 'open') and time waited, rounded.
-- leads counts all; shown, those of them that entered in the period.
-- Parameters: those of the scope; $shown_start, $shown_end (the period).
with spans as (
    select
        segment,
        stage,
        outcome,
        rounded_wait(waited) as seconds,
        entered_at >= $shown_start and entered_at < $shown_end as is_shown,
    from scope
),
groups as (
    select
        segment,
        stage,
        outcome,
        seconds,
        count(*) as leads,
        count(*) filter (where is_shown) as shown,
    from spans
    group by segment, stage, outcome, seconds
)
select * from groups
order by segment, stage, outcome, seconds
