-- What became of those who reached a step, by how long it took: what survival curves are made of.
-- Grain: one row per segment, step, outcome ('advanced', 'lost', 'open') and time waited, which is
-- rounded to minutes below two hours, to hours below two days, to days beyond.
-- Parameters: those of the scope.
with spans as (
    select
        segment,
        stage,
        outcome,
        rounded_wait(waited) as seconds,
    from scope
),
groups as (
    select
        segment,
        stage,
        outcome,
        seconds,
        count(*) as leads,
    from spans
    group by segment, stage, outcome, seconds
)
select * from groups
