-- How many of each segment's leads were accepted, and how many would be at the rates of all leads
-- like them: of the same source and company size, or of the same source where those are few.
-- Grain: one row per segment; leads without one are not counted. expected: the sum of these rates;
-- variance: of how many are accepted, were it chance alone; spread: what leads of one company and
-- segment make of it, whose chances go together.
-- Parameters: those of the scope, whose parts are the source and the company size; $least (leads of
-- one source and size, under which the rate is that of the source).
with counted as (
    select
        segment,
        company_number,
        list_extract(parts, 1) as source,
        list_extract(parts, 2) as size,
        cast(count(*) as double) as leads,
        cast(count(*) filter (where answer = 'accepted') as double) as accepted,
    from scope
    where segment is not null
    group by segment, company_number, source, size
),
of_source as (
    select
        source,
        sum(accepted) / sum(leads) as rate,
    from counted
    group by source
),
of_both as (
    select
        source,
        size,
        sum(accepted) / sum(leads) as rate,
        sum(leads) as leads,
    from counted
    group by source, size
),
alike as (
    select
        of_both.source,
        of_both.size,
        case when of_both.leads >= $least then of_both.rate else of_source.rate end as rate,
    from of_both
    join of_source on of_source.source is not distinct from of_both.source
),
companies as (
    select
        counted.segment,
        sum(counted.leads) as leads,
        sum(counted.accepted) as accepted,
        sum(counted.leads * alike.rate) as expected,
        sum(counted.leads * alike.rate * (1 - alike.rate)) as variance,
        case
            when counted.company_number is null then sum(
                counted.accepted * power(1 - alike.rate, 2)
                + (counted.leads - counted.accepted) * power(alike.rate, 2)
            )
            else power(sum(counted.accepted - counted.leads * alike.rate), 2)
        end as spread,
    from counted
    join alike
        on alike.source is not distinct from counted.source
        and alike.size is not distinct from counted.size
    group by counted.segment, counted.company_number
)
select
    segment,
    cast(sum(leads) as bigint) as leads,
    cast(sum(accepted) as bigint) as accepted,
    sum(expected) as expected,
    sum(variance) as variance,
    sum(spread) as spread,
from companies
group by segment
order by leads desc, segment
