-- Why leads were sent back.
-- Grain: one row per kind of reason that any of them has, and one of null for those of whom none is
-- known. A lead with several reasons counts in each of their rows. sent_back: all of them.
-- Parameters: those of the scope.
with back as (
    select
        lead_number,
        why,
    from scope
    where answer = 'sent_back'
),
named as (
    select
        lead_number,
        unnest(why) as kind,
    from back
    where why is not null
),
everybody as (
    select count(*) as sent_back from back
),
counts as (
    select
        cast(kind as varchar) as reason,
        count(distinct lead_number) as leads,
    from named
    group by kind
    union all
    select
        cast(null as varchar) as reason,
        count(*) as leads,
    from back
    where why is null
)
select
    counts.reason,
    counts.leads,
    everybody.sent_back,
from counts
cross join everybody
where counts.leads > 0
order by counts.reason is null, counts.leads desc, counts.reason
