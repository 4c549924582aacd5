-- How many journeys converted, what they are worth, and how many have no touch to credit.
-- Grain: one row per bucket. own: conversions whose only touch is the lead's own, known source;
-- unattributed: those without a touch that names a source; without_amount: those of unknown value;
-- bare_…: of journeys without any touch.
-- Parameters: none; reads journeys.
select
    bucket,
    sum(conversions) as conversions,
    sum(losses) as losses,
    sum(coalesce(value, 0)) as value,
    sum(case when is_own and sources > 1 then conversions else 0 end) as own,
    sum(case when sources <= 1 then conversions else 0 end) as unattributed,
    sum(case when value is null then conversions else 0 end) as without_amount,
    sum(case when size = 0 then conversions else 0 end) as bare_conversions,
    sum(case when size = 0 then losses else 0 end) as bare_losses,
    sum(case when size = 0 then coalesce(value, 0) else 0 end) as bare_value,
from journeys
group by bucket
order by bucket
