-- The paths that journeys took to the milestone, or short of it.
-- Grain: one row per path, a list of source_ids; null for journeys without a touch that counts. The
-- most conversions first, then the most journeys. touches: how many a journey has on average;
-- median_seconds: from the first touch to the milestone, of those that reached it; pairs…: the
-- ordered pairs of journeys of one company, null for none (see `companies.Pairs`).
-- Parameters: $most (how many rows), $sets (the sets of sources of the paths that may be among them,
-- null for all); reads tracks.
with travelled as (
    select
        path,
        company_number,
        size,
        conversions,
        losses,
        value,
        case
            when converted
            then date_diff('microsecond', began_at, ended_at) / 1e6
        end as seconds,
    from tracks
    where converted
        or cast($sets as bigint[]) is null
        or list_contains($sets, sources)
),
groups as (
    select
        path,
        sum(conversions + losses) as leads,
        sum(conversions) as conversions,
        coalesce(sum(value), 0) as value,
        avg(size) as touches,
        quantile_cont(seconds, 0.5) as median_seconds,
    from travelled
    group by path
    order by conversions desc, leads desc, path nulls last
    limit $most
),
companies as (
    select
        path,
        company_number,
        sum(conversions + losses) as leads,
        sum(conversions) as successes,
    from travelled
    where company_number is not null
    group by path, company_number
),
pairs as (
    select
        path,
        sum(leads * (leads - 1)) as pairs,
        sum(successes * (leads - 1)) as pairs_first,
        sum(successes * (successes - 1)) as pairs_both,
        sum(power(leads, 4)) filter (where leads > 1) as pairs_fourths,
    from companies
    group by path
)
select
    groups.*,
    pairs.* exclude (path),
from groups
left join pairs on pairs.path is not distinct from groups.path
order by groups.conversions desc, groups.leads desc, groups.path nulls last
