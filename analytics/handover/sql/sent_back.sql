-- What became of the leads that were sent back, after that.
-- Grain: one row. sent_back: all; accepted_again: of these, who came to the stage of the hand-over or
-- beyond once more; won: who became a customer; out: who else is out of the pipeline at as_of.
-- And the ordered pairs of leads of one company: pairs; pairs_first, pairs_both: the first, both of
-- them won; pairs_fourths: the fourth powers of the leads of each company with two or more, summed.
-- Parameters: those of the scope; $won_rank (of the stage that is a win).
with back as (
    select
        lead_number,
        company_number,
        back_at,
    from scope
    where answer = 'sent_back'
),
later as (
    select
        back.lead_number,
        back.company_number,
        bool_or(stays.stage_rank > $handing_rank and stays.entered_at > back.back_at) as is_accepted,
        bool_or(stays.stage_rank >= $won_rank) as is_won,
        bool_or(stays.left_at is null or stays.left_at > $as_of) as is_there,
    from back
    join stays on stays.lead_number = back.lead_number
    where stays.entered_at <= $as_of
    group by back.lead_number, back.company_number
),
companies as (
    select
        company_number,
        cast(count(*) as double) as leads,
        cast(count(*) filter (where is_won) as double) as came,
    from later
    where company_number is not null
    group by company_number
),
pairs as (
    select
        sum(leads * (leads - 1)) as pairs,
        sum(came * (leads - 1)) as pairs_first,
        sum(came * (came - 1)) as pairs_both,
        sum(case when leads > 1 then power(leads, 4) else 0 end) as pairs_fourths,
    from companies
),
counts as (
    select
        count(*) as sent_back,
        count(*) filter (where is_accepted) as accepted_again,
        count(*) filter (where is_won) as won,
        count(*) filter (where not is_won and not is_there) as out,
    from later
)
select
    counts.*,
    pairs.*,
from counts
cross join pairs
