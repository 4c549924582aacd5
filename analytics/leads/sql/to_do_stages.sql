-- How many of the open leads that are listed stand how, by stage.
-- Grain: one row per stage of a listed lead.
-- Parameters: those of the list.
with counted as (
    select
        stage,
        count(*) as open,
        count(*) filter (where state = 'overdue') as overdue,
        count(*) filter (where state = 'let_go') as let_go,
        count(*) filter (where state = 'in_time') as in_time,
    from listed
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
