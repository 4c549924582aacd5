-- The spend that is there for days which a file covers too, by source and campaign.
-- Grain: one row per row of spend of which the file covers at least one day.
-- Parameters: none; reads fresh_spend, spend.
create or replace temp table met as
with covered as (
    select distinct
        source,
        campaign,
        unnest(
            range(
                day::timestamp,
                coalesce(until, day)::timestamp + interval 1 day,
                interval 1 day
            )
        )::date as day
    from fresh_spend
),
known as (
    select
        rowid as number,
        source,
        campaign,
        unnest(
            range(
                day::timestamp,
                coalesce(until, day)::timestamp + interval 1 day,
                interval 1 day
            )
        )::date as day
    from spend
)
select
    known.number,
    count(covered.day) = count(*) as is_replaced,
from known
left join covered on covered.day = known.day
    and covered.source is not distinct from known.source
    and covered.campaign is not distinct from known.campaign
group by known.number
having count(covered.day) > 0
