-- What was spent on each segment in the days of a period.
-- Grain: one row per segment that anything was spent on. amount, in the currency of the store, is
-- null when any part of it is unknown.
-- Parameters: $by ('source', 'channel' or 'campaign'); $first_day (null for no beginning) and
-- $last_day, both included; by dimension the values kept (null for all of them) and whether the
-- missing one is: $in_source, $no_source, $in_channel, $no_channel, $in_campaign, $no_campaign; the
-- values left out and whether the missing one is: $not_source, $known_source, $not_channel,
-- $known_channel, $not_campaign, $known_campaign. Where those that go together are kept, the values
-- that do not: $out_source, $out_channel, $out_campaign; where they are left out, the same:
-- $only_source, $only_channel, $only_campaign; else null. $named: the values that are segments of
-- their own, null for all; $others: the segment of all others.
with chosen as (
    select
        case $by
            when 'source' then source
            when 'channel' then channel
            when 'campaign' then campaign
        end as value,
        amount,
    from costs
    where day <= $last_day
        and (cast($first_day as date) is null or day >= $first_day)
        and (
            cast($in_source as varchar[]) is null
            or list_contains($in_source, source)
            or (source is null and $no_source)
            or not list_contains(cast($out_source as varchar[]), source)
        )
        and coalesce(not list_contains(cast($not_source as varchar[]), source), not $known_source)
        and coalesce(list_contains(cast($only_source as varchar[]), source), true)
        and (
            cast($in_channel as varchar[]) is null
            or list_contains($in_channel, channel)
            or (channel is null and $no_channel)
            or not list_contains(cast($out_channel as varchar[]), channel)
        )
        and coalesce(not list_contains(cast($not_channel as varchar[]), channel), not $known_channel)
        and coalesce(list_contains(cast($only_channel as varchar[]), channel), true)
        and (
            cast($in_campaign as varchar[]) is null
            or list_contains($in_campaign, campaign)
            or (campaign is null and $no_campaign)
            or not list_contains(cast($out_campaign as varchar[]), campaign)
        )
        and coalesce(not list_contains(cast($not_campaign as varchar[]), campaign), not $known_campaign)
        and coalesce(list_contains(cast($only_campaign as varchar[]), campaign), true)
),
named as (
    select
        case
            when value is null or cast($named as varchar[]) is null then value
            when list_contains($named, value) then value
            else $others
        end as segment,
        amount,
    from chosen
),
segments as (
    select
        segment,
        case when count(amount) = count(*) then sum(amount) end as amount,
    from named
    group by segment
)
select * from segments
order by segment nulls last
