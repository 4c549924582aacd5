-- How journeys end by the set of their sources: what Shapley's games are made of.
-- Grain: one row per set of sources (bit i stands for source_id i) and group of journeys; all are
-- one group, 0, unless they are asked for by bucket. Journeys without a touch are left out.
-- Parameters: $by_bucket; reads journeys.
select
    sources,
    case when $by_bucket then bucket else 0 end as bucket,
    sum(conversions) as conversions,
    sum(losses) as losses,
    sum(coalesce(value, 0)) as value,
from journeys
where size > 0
group by all
order by sources, bucket
