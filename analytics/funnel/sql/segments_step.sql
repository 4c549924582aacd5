-- How well each segment moves on from a step, at a fixed horizon: only of leads observed long
-- enough, that is, which reached it so long before as_of.
-- Grain: one row per segment.
-- And the ordered pairs of leads of one company. pairs: both counted in n; pairs_first, pairs_both: the
-- first, both of them reached; pairs_fourths: the fourth powers of the leads of each company with two
-- or more, summed. across: pairs with a lead of another segment; across_first, across_second,
-- across_both: this lead, the other, both of them reached. Null where there are none.
-- Parameters: those of the scope; $before (the stage that opens the step they come from), $horizon
-- (seconds), $mature_before (as_of less the horizon).
with settled as (
    select
        segment,
        company_number,
        outcome = 'advanced' and waited <= $horizon as arrived,
    from scope
    where stage = $before and reached_at <= $mature_before
),
segments as (
    select
        segment,
        count(*) as n,
        count(*) filter (where arrived) as reached,
    from settled
    group by segment
),
companies as (
    select
        segment,
        company_number,
        cast(count(*) as double) as leads,
        cast(count(*) filter (where arrived) as double) as came,
    from settled
    where company_number is not null
    group by segment, company_number
),
together as (
    select
        *,
        sum(leads) over (partition by company_number) - leads as others,
        sum(came) over (partition by company_number) - came as others_came,
    from companies
),
pairs as (
    select
        segment,
        sum(leads * (leads - 1)) as pairs,
        sum(came * (leads - 1)) as pairs_first,
        sum(came * (came - 1)) as pairs_both,
        sum(case when leads > 1 then power(leads, 4) else 0 end) as pairs_fourths,
        sum(leads * others) as across,
        sum(came * others) as across_first,
        sum(leads * others_came) as across_second,
        sum(came * others_came) as across_both,
    from together
    group by segment
)
select
    segments.*,
    pairs.* exclude (segment),
from segments
left join pairs on pairs.segment is not distinct from segments.segment
order by segments.n desc, segments.segment
