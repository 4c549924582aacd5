-- The contacts with marketing that the credit for a lead is shared among.
-- Grain: one row per lead, with lists in order of time of its touches: touched_at, sources, channels,
-- campaigns. Where none is known they are of what it came with, at its creation (is_own). source,
-- channel, campaign: those that it came with, in any case. opportunity_at: when the lead first reached
-- (or skipped) the stage that opens the group opportunity; null when it never did or there is no such
-- group. by_creation, by_opportunity: how many in the lists are no later than created_at, and than
-- opportunity_at. Sorted by lead_number.
-- Parameters: $first, $last (the numbers of leads); reads touches_in_order, arrivals. Lists that one
-- thread makes are in the order of the rows, which are sorted already.
with known as (
    select
        lead_number,
        list(touched_at) as touched_at,
        list(source) as sources,
        list(channel) as channels,
        list(campaign) as campaigns,
    from touches_in_order
    where lead_number between $first and $last
    group by lead_number
),
listed as (
    select
        arrivals.*,
        known.lead_number is null as is_own,
        coalesce(known.touched_at, [arrivals.created_at]) as touched_at,
        coalesce(known.sources, [arrivals.source]) as sources,
        coalesce(known.channels, [arrivals.channel]) as channels,
        coalesce(known.campaigns, [arrivals.campaign]) as campaigns,
    from arrivals
    left join known on known.lead_number = arrivals.lead_number
    where arrivals.lead_number between $first and $last
)
select
    *,
    cast(
        len(list_filter(touched_at, lambda instant: instant <= created_at)) as integer
    ) as by_creation,
    cast(
        len(list_filter(touched_at, lambda instant: instant <= opportunity_at)) as integer
    ) as by_opportunity,
from listed
