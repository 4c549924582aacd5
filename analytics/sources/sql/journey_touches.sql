-- The touches that count: of each journey those up to its end and no further back than asked.
-- Grain: one row per journey and touch; the lead's own source, at position 0, where it stands in.
-- source: the value of the dimension that credit is given to. by_creation, by_opportunity: whether
-- it came no later than the lead's creation, and than the start of its opportunity, where that is
-- no later than the end.
-- Parameters: $by ('source', 'channel' or 'campaign'), $look_back (microseconds, null for all);
-- reads journey_leads, contacts.
select
    journey_leads.journey,
    contacts.position,
    case $by
        when 'source' then contacts.source
        when 'channel' then contacts.channel
        when 'campaign' then contacts.campaign
    end as source,
    contacts.touched_at,
    contacts.touched_at <= contacts.created_at as by_creation,
    coalesce(
        contacts.touched_at <= contacts.opportunity_at
            and contacts.opportunity_at <= journey_leads.ended_at,
        false
    ) as by_opportunity,
from contacts
join journey_leads on journey_leads.lead_number = contacts.lead_number
where contacts.is_own <> journey_leads.has_touches
    and contacts.touched_at <= journey_leads.ended_at
    and (
        cast($look_back as bigint) is null
        or date_diff('microsecond', contacts.touched_at, journey_leads.ended_at) <= $look_back
    )
