-- How many of the leads of each month are usable.
-- Grain: one row per month of entry in which leads were screened, the month as its first day.
-- Parameters: those of the scope; $lead_stage (the stage that opens the funnel); $screening (its
-- place in parts, null where no lead has one).
with arrived as (
    select
        cast(
            date_trunc('month', timezone($time_zone, timezone('UTC', entered_at))) as date
        ) as month,
        list_extract(parts, cast($screening as bigint)) as verdict,
    from scope
    where stage = $lead_stage
)
select
    month,
    count(*) as screened,
    count(*) filter (where verdict = 'ok') as usable,
from arrived
where verdict is not null
group by month
order by month
