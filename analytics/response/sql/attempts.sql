-- How often leads were tried until they answered, or so far.
-- Grain: one row per number of attempts and whether the lead has answered. leads: how many.
-- Of a touch in which a lead answers an attempt, as a call, both count. What passed before the lead
-- came, or after its first answer, does not count.
-- Parameters: those of the scope.
with tried as (
    select
        len(list_filter(attempted_at, lambda instant: instant <= $as_of)) as attempts,
        coalesce(replied_at <= $as_of, false) as has_answered,
    from scope
    where attempted_at is not null
)
select
    attempts,
    has_answered,
    count(*) as leads,
from tried
where attempts > 0
group by attempts, has_answered
order by attempts, has_answered
