-- The touches that count: of each journey those up to its end and no further back than asked.
-- Grain: one row per journey, as in journey_leads, with two lists in order of time: touched_at, null
-- where it did not convert, and sources, the values of the dimension that credit is given to. They are
-- empty where no touch counts; where none is known of the lead by as_of, its own source stands in at
-- its creation (is_own). began_at: when the first was, null for none.
-- created_place: of the touch that created the lead (the last by its creation, else the first);
-- opportunity_place: of the last by the start of the opportunity, where that is no later than the end;
-- null for none.
-- Parameters: $as_of, $look_back (microseconds, null for all); reads journey_leads, credited (the
-- contacts, by the dimension that credit is given to).
with known as (
    select
        journey_leads.*,
        credited.touched_at[1] > $as_of as is_early,
        is_early or credited.is_own as stands_in,
        case when is_early then [credited.created_at] else credited.touched_at end as instants,
        case when is_early then [credited.source] else credited.sources end as names,
        case when is_early then 1 else credited.by_creation end as by_creation,
        case
            when credited.opportunity_at > journey_leads.ended_at then 0
            when is_early and credited.created_at <= credited.opportunity_at then 1
            when is_early then 0
            else credited.by_opportunity
        end as by_opportunity,
    from journey_leads
    join credited on credited.lead_number = journey_leads.lead_number
),
cut as (
    select
        *,
        -- Of most journeys all touches count: none of them is looked at.
        case
            when instants[-1] <= ended_at then len(instants)
            else len(list_filter(instants, lambda instant: instant <= ended_at))
        end as until,
        case
            when cast($look_back as bigint) is null then 0
            else len(
                list_filter(
                    instants,
                    lambda instant: date_diff('microsecond', instant, ended_at) > $look_back
                )
            )
        end as before,
    from known
)
select
    * exclude (is_early, stands_in, instants, names, by_creation, by_opportunity, until, before),
    case when until > before then instants[before + 1] end as began_at,
    case when converted then instants[before + 1:until] end as touched_at,
    names[before + 1:until] as sources,
    stands_in and until > before as is_own,
    case when until > before then greatest(least(by_creation, until) - before, 1) end
        as created_place,
    case when least(by_opportunity, until) > before then least(by_opportunity, until) - before end
        as opportunity_place,
from cut
