-- How many open leads stand how, by stage.
-- Grain: one row per stage other than the last in which a lead is open at as_of. The state of a lead
-- is that of the work list (leads/to_do), of which nothing else is asked: no lead is looked up.
-- Parameters: those of the scope; $stages and, in the same order, $limits and $let_go (seconds, null
-- where there is none).
with waiting as (
    select
        stage,
        seconds,
        list_extract($limits, list_position($stages, stage)) as limit_seconds,
        list_extract($let_go, list_position($stages, stage)) as let_go_seconds,
    from scope
    where outcome = 'open'
),
stated as (
    select
        stage,
        case
            when seconds > let_go_seconds and seconds > limit_seconds then 'let_go'
            when seconds > limit_seconds then 'overdue'
            else 'in_time'
        end as state,
    from waiting
),
counted as (
    select
        stage,
        count(*) as open,
        count(*) filter (where state = 'overdue') as overdue,
        count(*) filter (where state = 'let_go') as let_go,
        count(*) filter (where state = 'in_time') as in_time,
    from stated
    group by stage
)
select
    stage,
    open,
    overdue,
    let_go,
    in_time,
from counted
order by stage
