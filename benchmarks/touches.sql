-- Made-up contacts with marketing: five a lead on average, from before it came to long after.
-- Grain: one row per touch, by lead_id and time. The same rows every time: chance() is a hash.
-- Parameters: $sources (names); reads leads.
with numbers as (
    select
        lead_id,
        created_at,
        source,
        unnest(range(1, 1 + cast(floor(11 * chance('touches', lead_id)) as bigint))) as number,
    from leads
),
chances as (
    select
        *,
        chance('touch from', lead_id || '.' || number) as of_sources,
        chance('touch at', lead_id || '.' || number) as of_time,
    from numbers
)
select
    lead_id,
    -- The first at its creation, the others from 60 days before to 120 days after.
    created_at + to_seconds(cast(
        case when number = 1 then 0 else floor((180 * of_time - 60) * 86400) end as bigint
    )) as touched_at,
    case
        when number = 1 then source
        else $sources[1 + cast(floor(len($sources) * of_sources * of_sources) as bigint)]
    end as source,
from chances
order by lead_id, touched_at, source
