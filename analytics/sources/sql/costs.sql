-- How many leads of each segment reached each group of the pipeline, how many were unusable, and
-- how many screening found usable.
-- Grain: one row per segment. unusable: leads that were in an exit of unusable leads at as_of;
-- usable: leads that screening found nothing against; unscreened: those without a verdict. A group
-- that the pipeline does not have is null in its parameter, and no lead has reached it.
-- And the ordered pairs of leads of one company. pairs: any two; customer_pairs: two customers;
-- across, across_customers: the same with one of another segment. Null where there are none.
-- Parameters: those of the scope; $lead_stage, $prospect_stage, $opportunity_stage, $customer_stage
-- (the stages that open the groups); $unusable (the exits of unusable leads); $screening (the place
-- of the verdict in parts, null where no lead has one).
with departures as (
    select
        lead_number,
        stage as way_out,
        row_number() over (partition by lead_number order by visit_number desc) as place_from_last,
    from exits
    where entered_at <= $as_of
),
discarded as (
    select lead_number from departures
    where place_from_last = 1 and list_contains($unusable, way_out)
),
segments as (
    select
        scope.segment,
        count(*) filter (where scope.stage = $lead_stage) as leads,
        count(*) filter (
            where
                scope.stage = $lead_stage
                and scope.out_at is not null
                and discarded.lead_number is not null
        ) as unusable,
        count(*) filter (
            where
                scope.stage = $lead_stage
                and list_extract(scope.parts, cast($screening as bigint)) = 'ok'
        ) as usable,
        count(*) filter (
            where
                scope.stage = $lead_stage
                and list_extract(scope.parts, cast($screening as bigint)) is null
        ) as unscreened,
        count(*) filter (where scope.stage = $prospect_stage) as prospects,
        count(*) filter (where scope.stage = $opportunity_stage) as opportunities,
        count(*) filter (where scope.stage = $customer_stage) as customers,
    from scope
    left join discarded on discarded.lead_number = scope.lead_number
    group by scope.segment
),
companies as (
    select
        segment,
        company_number,
        cast(count(*) filter (where stage = $lead_stage) as double) as leads,
        cast(count(*) filter (where stage = $customer_stage) as double) as customers,
    from scope
    where company_number is not null
    group by segment, company_number
),
together as (
    select
        *,
        sum(leads) over (partition by company_number) - leads as others,
        sum(customers) over (partition by company_number) - customers as other_customers,
    from companies
),
pairs as (
    select
        segment,
        sum(leads * (leads - 1)) as pairs,
        sum(customers * (customers - 1)) as customer_pairs,
        sum(leads * others) as across,
        sum(customers * other_customers) as across_customers,
    from together
    group by segment
)
select
    segments.*,
    pairs.* exclude (segment),
from segments
left join pairs on pairs.segment is not distinct from segments.segment
order by segments.leads desc, segments.segment
