-- What became of the leads on their way from entry to a step, and after how long.
-- Grain: one row per segment and outcome ('advanced', 'lost', 'open'). seconds: how long after its
-- entry that was for each of its leads, in no order; company_seconds, companies: the same of those
-- that share a company with others, and its number. A lead has advanced when it reached the step,
-- however it ended later.
-- Parameters: those of the scope; $entry_stage, $end_stage (the stages that open the two steps).
with arrived as (
    select
        lead_number,
        company_number,
        segment,
        'advanced' as outcome,
        seconds,
    from scope
    where stage = $end_stage
),
on_the_way as (
    select
        lead_number,
        company_number,
        segment,
        case when is_over then 'lost' else 'open' end as outcome,
        date_diff('microsecond', entered_at, coalesce(out_at, $as_of)) / 1e6 as staying,
    from scope
    where stage = $entry_stage and lead_number not in (select lead_number from arrived)
),
fates as (
    select
        company_number,
        segment,
        outcome,
        seconds,
    from arrived
    union all
    select
        company_number,
        segment,
        outcome,
        least(staying, coalesce($window_seconds, staying)) as seconds,
    from on_the_way
),
lengths as (
    select
        segment,
        outcome,
        array_agg(seconds) as seconds,
        -- Together, so that the one list is in the order of the other.
        array_agg({'company': company_number, 'seconds': seconds})
            filter (where company_number is not null) as members,
    from fates
    group by segment, outcome
)
select
    segment,
    outcome,
    seconds,
    coalesce(list_transform(members, lambda member: member.seconds), []) as company_seconds,
    coalesce(list_transform(members, lambda member: member.company), []) as companies,
from lengths
order by segment, outcome
