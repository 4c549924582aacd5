-- Where the visits to each stage led, and after how long: what survival curves are made of.
-- Grain: one row per stage and where the visits led (a stage or an exit; null while they are open).
-- seconds: the length of each of them, in no order.
-- Parameters: those of the scope; of each stage $ranks, $starts, $ends (instants in which the visits
-- began, the ends not included).
with windows as (
    select
        unnest($ranks) as stage_rank,
        unnest($starts) as window_start,
        unnest($ends) as window_end,
),
visits as (
    select
        scope.stage_rank,
        scope.next_stage,
        scope.seconds,
    from scope
    join windows on windows.stage_rank = scope.stage_rank
    where scope.entered_at >= windows.window_start and scope.entered_at < windows.window_end
),
lengths as (
    select
        stage_rank,
        next_stage,
        array_agg(seconds) as seconds,
    from visits
    group by stage_rank, next_stage
)
select * from lengths
