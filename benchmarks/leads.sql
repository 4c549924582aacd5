-- Made-up leads: spread evenly over the days, from eight sources of different size and worth.
-- Grain: one row per lead, by lead_id (1, 2, …). The same rows every time: chance() is a hash.
-- Parameters: $leads, how many; $start, the first instant; $days, how long they keep coming.
with numbers as (
    select
        range + 1 as lead_id,
        chance('instant', range) as of_time,
        chance('source', range) as of_sources,
        chance('owner', range) as of_owners,
    from range($leads)
)
select
    lead_id,
    $start + to_seconds(cast(floor(of_time * $days * 86400) as bigint)) as created_at,
    case
        when of_sources < 0.24 then 'Facebook'
        when of_sources < 0.44 then 'Google'
        when of_sources < 0.60 then 'Website'
        when of_sources < 0.74 then 'Zalo'
        when of_sources < 0.84 then 'Email'
        when of_sources < 0.91 then 'Purchased list'
        when of_sources < 0.96 then 'Trade fair'
        else 'Referral'
    end as source,
    'Owner ' || cast(floor(of_owners * 40) as bigint) as owner,
from numbers
order by lead_id
