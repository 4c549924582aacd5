-- The view: stage=opportunity&by=team&as_of=2026-06-30

-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $asked_stages = ['opportunity', 'lead']
-- $buckets = 200
-- $currency = 'VND'
-- $milestone = 'opportunity'
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $time_zone = 'Asia/Ho_Chi_Minh'
create temp table "journey_leads" as
-- Whose touches count: the leads of a view, and whether and when they reached its milestone.
-- Grain: one row per lead that reached the milestone or, failing that, entered; both as the scope
-- has it. ended_at: the milestone, or as_of where the lead has not reached it; value: its amount in
-- the store's currency, at the rate of the day of the milestone, null without an amount or a rate;
-- has_touches: whether any touch is known, so that the lead's own source does not stand in; bucket:
-- the group that it is dealt into for resampling, all leads of one company into the same.
-- Parameters: those of the scope; $milestone (the stage that opens the step), $asked_stages (it
-- and, unless the others are left out, the stage of entry), $currency (the store's), $buckets (how
-- many groups).
with scope as (
    select
        lead_number,
        company_number as company_number,
        cast(null as varchar) as segment,
        stage,
        stage_rank,
        imputed,
        created_at as entered_at,
        reached_at as reached_at,
        seconds_since_entry as seconds,
        case when group_next_at <= $as_of then group_next_at end as moved_on_at,
        case
            when exited_at <= $as_of then exited_at
            when len(list_filter(earlier_exits, lambda turn: turn <= $as_of)) % 2 = 1 then list_filter(earlier_exits, lambda turn: turn <= $as_of)[-1]
        end as out_at,
        out_at is not null or false as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
        and reached_at <= $as_of
        and opens_group
),
milestones as (
    select
        lead_number,
        reached_at as milestone_at,
    from scope
    where stage = $milestone
),
arrivals as (
    -- The scope has a lead once for each of its stages: one that reached the milestone is taken
    -- there, which is cheaper than to group all of them by lead.
    select
        scope.lead_number,
        scope.company_number,
        milestones.milestone_at,
    from scope
    left join milestones on milestones.lead_number = scope.lead_number
    where list_contains($asked_stages, scope.stage)
        and (scope.stage = $milestone or milestones.lead_number is null)
),
known_touches as (
    select lead_number
    from contacts
    where position = 1 and touched_at <= $as_of
),
valued as (
    select
        arrivals.lead_number,
        leads.amount * exchange.rate as value,
    from arrivals
    join leads on leads.lead_number = arrivals.lead_number
    join exchange
        on exchange.currency = coalesce(leads.currency, $currency)
        and exchange.day = cast(
            timezone($time_zone, timezone('UTC', arrivals.milestone_at)) as date
        )
    where arrivals.milestone_at is not null
)
select
    cast(arrivals.lead_number as integer) as journey,
    arrivals.lead_number,
    leads.lead_id,
    arrivals.company_number,
    arrivals.milestone_at is not null as converted,
    case when arrivals.milestone_at is not null then 1e0 else 0e0 end as conversions,
    case when arrivals.milestone_at is not null then 0e0 else 1e0 end as losses,
    coalesce(arrivals.milestone_at, $as_of) as ended_at,
    valued.value,
    known_touches.lead_number is not null as has_touches,
    cast(
        case
            when arrivals.company_number is null then hash(leads.lead_id)
            else hash(arrivals.company_number)
        end % cast($buckets as ubigint) as integer
    ) as bucket,
from arrivals
join leads on leads.lead_number = arrivals.lead_number
left join known_touches on known_touches.lead_number = arrivals.lead_number
left join valued on valued.lead_number = arrivals.lead_number
;

-- $by = 'source'
-- $look_back = null
create temp table "journey_touches" as
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
;

-- The sources of the touches that count, and how many touches each has.
-- Grain: one row per value of the credited dimension, the missing one left out; most touches first.
-- Parameters: none; reads journey_touches.
select
    source,
    count(*) as touches,
from journey_touches
where source is not null
group by source
order by touches desc, source
;

create temp table "source_ids" as select * from arriving
;

create temp table "source_names" as select * from arriving
;

create temp table "steps" as
-- The touches that count, their sources as small numbers: what the models scan.
-- Grain: one row per journey and touch. source_id: 0 for the missing source.
-- Parameters: none; reads journey_touches, source_ids.
select
    journey_touches.journey,
    cast(journey_touches.position as integer) as position,
    coalesce(source_ids.source_id, 0) as source_id,
    journey_touches.touched_at,
    journey_touches.by_creation,
    journey_touches.by_opportunity,
from journey_touches
left join source_ids on source_ids.source = journey_touches.source
;

drop table temp."journey_touches"
;

create temp table "journeys" as
-- The journeys: each lead of the view with a summary of its touches.
-- Grain: one row per journey. size: touches that count, 0 for none; began_at: when the first of
-- them was, null for none and where times are unknown; created_place: of the touch that created the
-- lead (the last by its creation, else the first); opportunity_place: of the last by the start of
-- the opportunity, null for none; sources: the set of its sources, bit i standing for source_id i;
-- conversions and losses: 1 and 0 or 0 and 1, in a file as many as it says; value: null when it did
-- not convert, or its value is unknown; company_number: null for the only lead of a company and
-- where it is not known.
-- Parameters: none; reads journey_leads, steps.
with marks as (
    select
        journey,
        min(position) as first_position,
        min(touched_at) as began_at,
        max(position) as last_position,
        max(case when by_creation then position end) as created_position,
        max(case when by_opportunity then position end) as opportunity_position,
        bit_or(cast(1 as bigint) << source_id) as sources,
    from steps
    group by journey
)
select
    journey_leads.journey,
    journey_leads.lead_id,
    journey_leads.company_number,
    journey_leads.converted,
    journey_leads.conversions,
    journey_leads.losses,
    journey_leads.value,
    journey_leads.ended_at,
    not journey_leads.has_touches and marks.journey is not null as is_own,
    journey_leads.bucket,
    marks.began_at,
    marks.first_position,
    coalesce(marks.last_position - marks.first_position + 1, 0) as size,
    coalesce(marks.created_position, marks.first_position) - marks.first_position + 1
        as created_place,
    marks.opportunity_position - marks.first_position + 1 as opportunity_place,
    coalesce(marks.sources, 0) as sources,
from journey_leads
left join marks on marks.journey = journey_leads.journey
;

drop table temp."journey_leads"
;

create temp view "touchpoints" as
-- The touches that count, each with what is known of it and of its journey.
-- Grain: one row per journey and touch.
-- Parameters: none; reads steps, journeys, source_names.
select
    steps.journey,
    journeys.lead_id,
    steps.position - journeys.first_position + 1 as place,
    journeys.size,
    steps.source_id,
    source_names.name as source,
    steps.touched_at,
    date_diff('microsecond', steps.touched_at, journeys.ended_at) / 86400e6 as days,
    steps.position = journeys.first_position as is_first,
    steps.position - journeys.first_position + 1 = journeys.created_place as is_created,
    coalesce(
        steps.position - journeys.first_position + 1 = journeys.opportunity_place, false
    ) as is_opportunity,
    steps.position - journeys.first_position + 1 = journeys.size as is_last,
    journeys.converted,
    journeys.value,
    journeys.conversions,
    journeys.losses,
    journeys.bucket,
from steps
join journeys on journeys.journey = steps.journey
left join source_names on source_names.source_id = steps.source_id
;

-- $converted = true
-- $sets = null
create temp table "won_tracks" as
-- The path of each journey: its sources in order, consecutive repeats collapsed.
-- Grain: one row per journey asked for with a touch that counts. path: a list of source_ids; stops: its
-- touches in their order, a number each that leaves the source_id when divided by 64.
-- Parameters: $converted (whether they reached the milestone), $sets (of which sets of sources, null
-- for any); reads steps, journeys.
with asked as (
    select journey
    from journeys
    where converted = $converted
        and (cast($sets as bigint[]) is null or list_contains($sets, sources))
),
travelled as (
    select
        steps.journey,
        -- The place of a touch and its source in one number, as there are fewer than 64 source_ids:
        -- lists of numbers are put in order for much less than rows are.
        list_sort(list(cast(steps.position as bigint) * 64 + steps.source_id)) as stops,
    from steps
    join asked on asked.journey = steps.journey
    group by steps.journey
)
select
    journey,
    stops,
    cast(
        list_transform(
            list_filter(
                stops, lambda stop, place: place = 1 or stop % 64 <> stops[place - 1] % 64
            ),
            lambda stop: stop % 64
        ) as integer[]
    ) as path,
from travelled
;

-- $most = 50
-- The sets of sources that the most common paths to the milestone are of.
-- Grain: one row per set (bit i stands for source_id i, 0 for journeys without a touch that counts) of
-- a path with at least as many conversions as the one at place $most; none where there are fewer paths.
-- Parameters: $most (how many paths); reads won_tracks, journeys.
with paths as (
    select
        won_tracks.path,
        any_value(journeys.sources) as sources,
        sum(journeys.conversions) as conversions,
    from journeys
    left join won_tracks on won_tracks.journey = journeys.journey
    where journeys.converted
    group by won_tracks.path
),
least as (
    select conversions
    from paths
    order by conversions desc
    limit 1 offset $most - 1
)
select distinct paths.sources
from paths
cross join least
where paths.conversions >= least.conversions
order by paths.sources
;

-- $converted = false
-- $sets = [4, 8, 128, 256, 512, …]  (54 values)
create temp table "lost_tracks" as
-- The path of each journey: its sources in order, consecutive repeats collapsed.
-- Grain: one row per journey asked for with a touch that counts. path: a list of source_ids; stops: its
-- touches in their order, a number each that leaves the source_id when divided by 64.
-- Parameters: $converted (whether they reached the milestone), $sets (of which sets of sources, null
-- for any); reads steps, journeys.
with asked as (
    select journey
    from journeys
    where converted = $converted
        and (cast($sets as bigint[]) is null or list_contains($sets, sources))
),
travelled as (
    select
        steps.journey,
        -- The place of a touch and its source in one number, as there are fewer than 64 source_ids:
        -- lists of numbers are put in order for much less than rows are.
        list_sort(list(cast(steps.position as bigint) * 64 + steps.source_id)) as stops,
    from steps
    join asked on asked.journey = steps.journey
    group by steps.journey
)
select
    journey,
    stops,
    cast(
        list_transform(
            list_filter(
                stops, lambda stop, place: place = 1 or stop % 64 <> stops[place - 1] % 64
            ),
            lambda stop: stop % 64
        ) as integer[]
    ) as path,
from travelled
;

-- $most = 50
-- $sets = [4, 8, 128, 256, 512, …]  (54 values)
-- The paths that journeys took to the milestone, or short of it.
-- Grain: one row per path, a list of source_ids; null for journeys without a touch that counts. The
-- most conversions first, then the most journeys. touches: how many a journey has on average;
-- median_seconds: from the first touch to the milestone, of those that reached it; pairs…: the
-- ordered pairs of journeys of one company, null for none (see `companies.Pairs`).
-- Parameters: $most (how many rows), $sets (the sets of sources of the paths that may be among them,
-- null for all); reads won_tracks, lost_tracks, journeys.
with tracks as (
    select * from won_tracks
    union all
    select * from lost_tracks
),
travelled as (
    select
        tracks.path,
        journeys.company_number,
        journeys.size,
        journeys.conversions,
        journeys.losses,
        journeys.value,
        case
            when journeys.converted
            then date_diff('microsecond', journeys.began_at, journeys.ended_at) / 1e6
        end as seconds,
    from journeys
    left join tracks on tracks.journey = journeys.journey
    where journeys.converted
        or cast($sets as bigint[]) is null
        or list_contains($sets, journeys.sources)
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
;

drop table temp."lost_tracks"
;

select source, source_id from source_ids order by source
;

-- Where on the paths to the milestone each source was.
-- Grain: one row per source_id on any of them. In conversions, each counted once: on_path, it was
-- on it; at_first, at_last, it was the first, the last touch; at_middle, it was one between those.
-- Parameters: none; reads won_tracks, journeys.
with touches as (
    select
        journey,
        unnest(stops) % 64 as source_id,
        unnest(range(1, len(stops) + 1)) as place,
    from won_tracks
),
stops as (
    select
        touches.journey,
        touches.source_id,
        max(journeys.conversions) as conversions,
        bool_or(touches.place = 1) as at_first,
        bool_or(touches.place = journeys.size) as at_last,
        bool_or(touches.place > 1 and touches.place < journeys.size) as at_middle,
    from touches
    join journeys on journeys.journey = touches.journey
    group by touches.journey, touches.source_id
)
select
    source_id,
    sum(case when at_first then conversions else 0 end) as at_first,
    sum(case when at_middle then conversions else 0 end) as at_middle,
    sum(case when at_last then conversions else 0 end) as at_last,
    sum(conversions) as on_path,
from stops
group by source_id
order by source_id
;

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
;

-- $most = 10
-- How many touches journeys have, and how long those that reached the milestone took.
-- Grain: one row per number of touches, $most standing for as many or more. median_seconds: from
-- the first touch to the milestone.
-- Parameters: $most; reads journeys.
with travelled as (
    select
        least(journeys.size, $most) as touches,
        journeys.conversions,
        journeys.losses,
        case
            when journeys.converted
            then date_diff('microsecond', journeys.began_at, journeys.ended_at) / 1e6
        end as seconds,
    from journeys
)
select
    touches,
    sum(conversions) as conversions,
    sum(losses) as losing,
    quantile_cont(seconds, 0.5) as median_seconds,
from travelled
group by touches
order by touches
;

drop table temp."won_tracks"
;

select count(*) + coalesce(sum(size), 0) as rows from journeys
;
