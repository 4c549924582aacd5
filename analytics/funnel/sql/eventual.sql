-- What became of leads that reached a step, and after how long: what survival curves are made of.
-- Grain: one row per segment, step and outcome ('advanced', 'lost', 'open'). seconds: how long each
-- of its leads waited for it, in no order; company_seconds, companies: the same of those that share
-- a company with others, and its number.
-- Parameters: those of the scope.
with fates as (
    select
        segment,
        stage,
        outcome,
        array_agg(waited) as seconds,
        -- Together, so that the one list is in the order of the other.
        array_agg({'company': company_number, 'seconds': waited})
            filter (where company_number is not null) as members,
    from scope
    group by segment, stage, outcome
)
select
    segment,
    stage,
    outcome,
    seconds,
    coalesce(list_transform(members, lambda member: member.seconds), []) as company_seconds,
    coalesce(list_transform(members, lambda member: member.company), []) as companies,
from fates
