-- What became of the leads of each segment that were handed over, and how long answers took.
-- Grain: one row per segment. taken: of those accepted, the ones that nobody answered for in time.
-- answered_seconds, waiting_seconds: the working time up to each answer, and of each lead without one
-- to as_of, in no order; null where there is none.
-- And the ordered pairs of leads of one company. pairs: both handed over; pairs_first, pairs_both: the
-- first, both of them accepted; pairs_fourths: the fourth powers of the leads of each company with two
-- or more, summed. across: pairs with a lead of another segment; across_first, across_second,
-- across_both: this lead, the other, both of them accepted. Null where there are none.
-- Parameters: those of the scope.
with segments as (
    select
        segment,
        count(*) as handed_over,
        count(*) filter (where answer = 'accepted') as accepted,
        count(*) filter (where answer = 'sent_back') as sent_back,
        count(*) filter (where answer = 'exited') as exited,
        count(*) filter (where answer = 'waiting') as waiting,
        count(*) filter (where is_taken) as taken,
        array_agg(seconds) filter (where answer <> 'waiting') as answered_seconds,
        array_agg(seconds) filter (where answer = 'waiting') as waiting_seconds,
    from scope
    group by segment
),
companies as (
    select
        segment,
        company_number,
        cast(count(*) as double) as leads,
        cast(count(*) filter (where answer = 'accepted') as double) as came,
    from scope
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
order by segments.handed_over desc, segments.segment
