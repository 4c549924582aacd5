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
-- bucket: the group that it is dealt into for resampling, all leads of one company into the same.
-- Parameters: those of the scope, worths; $milestone (the stage that opens the step), $asked_stages
-- (it and, unless the others are left out, the stage of entry), $buckets (how many groups).
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
worths as (
    select
        scope.*,
        leads.amount * exchange.rate as value,
    from scope
    join leads on leads.lead_number = scope.lead_number
    left join exchange
        on exchange.currency = coalesce(leads.currency, $currency)
        and exchange.day = cast(timezone($time_zone, timezone('UTC', scope.reached_at)) as date)
),
milestones as (
    select
        lead_number,
        reached_at as milestone_at,
        value,
    from worths
    where stage = $milestone
),
arrivals as (
    -- The scope has a lead once for each of its stages: one that reached the milestone is taken
    -- there, which is cheaper than to group all of them by lead.
    select
        scope.lead_number,
        scope.company_number,
        milestones.milestone_at,
        milestones.value,
    from scope
    left join milestones on milestones.lead_number = scope.lead_number
    where list_contains($asked_stages, scope.stage)
        and (scope.stage = $milestone or milestones.lead_number is null)
)
select
    cast(arrivals.lead_number as integer) as journey,
    arrivals.lead_number,
    arrivals.company_number,
    arrivals.milestone_at is not null as converted,
    case when arrivals.milestone_at is not null then 1e0 else 0e0 end as conversions,
    case when arrivals.milestone_at is not null then 0e0 else 1e0 end as losses,
    coalesce(arrivals.milestone_at, $as_of) as ended_at,
    arrivals.value,
    cast(
        case
            when arrivals.company_number is null then hash(leads.lead_id)
            else hash(arrivals.company_number)
        end % cast($buckets as ubigint) as integer
    ) as bucket,
from arrivals
join leads on leads.lead_number = arrivals.lead_number
;

create temp view "credited" as
select lead_number, created_at, opportunity_at, is_own, touched_at, by_creation, by_opportunity, source as source, sources as sources from contacts
;

-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $look_back = null
create temp table "journey_touches" as
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
;

drop table temp."journey_leads"
;

create temp table "journey_sources" as
-- The sources of the touches that count, and how many touches each has.
-- Grain: one row per value of the credited dimension, the missing one left out.
-- Parameters: none; reads journey_touches.
with touches as (
    select unnest(sources) as source from journey_touches
)
select
    source,
    count(*) as touches,
from touches
where source is not null
group by source
;

select source from journey_sources order by touches desc, source
;

create temp table "source_ids" as select * from arriving
;

-- $others = 31
create temp table "journeys" as
-- The journeys: each lead of the view with its touches that count, their sources as small numbers.
-- Grain: one row per journey. size: touches that count, 0 for none; began_at: when the first of
-- them was, null for none and where times are unknown; stops: the source_id of each, in the order of
-- time, 0 for the missing source; sources: the set of them, bit i standing for source_id i.
-- conversions and losses: 1 and 0 or 0 and 1, in a file as many as it says; value: null when it did
-- not convert, or its value is unknown; company_number: null for the only lead of a company and
-- where it is not known; created_place, opportunity_place: as in journey_touches.
-- Parameters: $others (the source_id of those that go together); reads journey_touches,
-- journey_sources, source_ids.
with named as (
    -- Of the type that sources have in the lists: they are looked for there as they are.
    select list(journey_sources.source order by source_ids.source_id) as names
    from journey_sources
    join source_ids on source_ids.source = journey_sources.source
    where source_ids.source_id <> $others
),
numbered as (
    select
        journey_touches.* exclude (touched_at, sources),
        len(journey_touches.sources) as size,
        list_transform(
            journey_touches.sources,
            lambda source: cast(
                case
                    when source is null then 0
                    else coalesce(list_position(named.names, source), $others)
                end as integer
            )
        ) as stops,
    from journey_touches
    cross join named
)
select
    *,
    coalesce(
        list_bit_or(list_transform(stops, lambda stop: cast(1 as bigint) << stop)), 0
    ) as sources,
from numbered
;

create temp view "tracks" as
-- The path of each journey: its sources in order, consecutive repeats collapsed.
-- Grain: one row per journey. path: a list of source_ids, null without a touch that counts.
-- Parameters: none; reads journeys.
select
    *,
    case
        when size > 0
        then list_filter(stops, lambda stop, place: place = 1 or stop <> stops[place - 1])
    end as path,
from journeys
;

-- $most = 50
-- The sets of sources that the most common paths to the milestone are of.
-- Grain: one row per set (bit i stands for source_id i, 0 for journeys without a touch that counts) of
-- a path with at least as many conversions as the one at place $most; none where there are fewer paths.
-- Parameters: $most (how many paths); reads tracks.
with paths as (
    select
        path,
        any_value(sources) as sources,
        sum(conversions) as conversions,
    from tracks
    where converted
    group by path
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

-- $most = 50
-- $sets = [4, 8, 128, 256, 512, …]  (54 values)
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
;

select source, source_id from source_ids order by source
;

select count(*) + coalesce(sum(size), 0) as rows from journeys
;

-- $converted = true
-- $path = [19]
-- $sets = [524288]
-- The leads that took a path.
-- Grain: one row per lead.
-- Parameters: $path (a list of source_ids, null for journeys without a touch that counts), $sets (the
-- set of its sources), $converted (whether they reached the milestone); reads tracks, leads.
select
    leads.lead_id,
from tracks
join leads on leads.lead_number = tracks.lead_number
where list_contains($sets, tracks.sources)
    and tracks.converted = $converted
    and tracks.path is not distinct from cast($path as integer[])
order by leads.lead_id
;

-- $converted = false
-- $path = [19]
-- $sets = [524288]
-- The leads that took a path.
-- Grain: one row per lead.
-- Parameters: $path (a list of source_ids, null for journeys without a touch that counts), $sets (the
-- set of its sources), $converted (whether they reached the milestone); reads tracks, leads.
select
    leads.lead_id,
from tracks
join leads on leads.lead_number = tracks.lead_number
where list_contains($sets, tracks.sources)
    and tracks.converted = $converted
    and tracks.path is not distinct from cast($path as integer[])
order by leads.lead_id
;

-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $currency = 'VND'
-- $last_stage = 'won'
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $stage = 'opportunity'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- The leads behind a step of the funnel, each with where it stood at as_of.
-- Grain: one row per lead of the scope that reached the step; latest entries first. state: open, won
-- or lost; reasons: why, the kinds parted by `;`, null where none is known. stage_entered_at,
-- days_in_stage: null where only a present status tells the stage. value: the amount in the currency
-- of the store at the rate of as_of. screening, screening_reason: the verdict, null without one;
-- duplicate_of: the lead that it repeats.
-- Parameters: those of the scope, whose only part is the temperature, and today's rates; $stage, the
-- stage that opens the step.
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
        cast(["temperature"] as varchar[]) as parts,
        cast(null as varchar) as part_0,
        "temperature" as part_1,
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
        and reached_at <= $as_of
        and opens_group
),
today as (
    select
        currency,
        rate,
    from exchange
    where day = cast(timezone($time_zone, timezone('UTC', cast($as_of as timestamp))) as date)
),
chosen as (
    select
        scope.lead_number,
        scope.reached_at,
        list_extract(scope.parts, 1) as temperature,
    from scope
    where scope.stage = $stage
),
staying as (
    select
        stays.lead_number,
        stays.stage,
        stays.entered_at,
        stays.is_timed,
        case when stays.stage = $last_stage then 'won' else 'open' end as state,
    from stays
    join chosen on chosen.lead_number = stays.lead_number
    where stays.entered_at <= $as_of and (stays.left_at is null or stays.left_at > $as_of)
),
departures as (
    select
        exits.lead_number,
        exits.stage,
        exits.entered_at,
        exits.is_timed,
        exits.reasons,
        row_number() over (
            partition by exits.lead_number order by exits.visit_number desc
        ) as place_from_last,
    from exits
    join chosen on chosen.lead_number = exits.lead_number
    left join staying on staying.lead_number = exits.lead_number
    where exits.entered_at <= $as_of and staying.lead_number is null
),
standings as (
    select
        lead_number,
        stage,
        entered_at as stage_entered_at,
        is_timed,
        state,
        null as reasons,
    from staying
    union all
    select
        lead_number,
        stage,
        entered_at as stage_entered_at,
        is_timed,
        'lost' as state,
        reasons,
    from departures
    where place_from_last = 1
)
select
    leads.lead_id,
    leads.created_at,
    leads.source,
    leads.owner,
    standings.stage,
    case when standings.is_timed then standings.stage_entered_at end as stage_entered_at,
    case
        when standings.is_timed
        then date_diff('microsecond', standings.stage_entered_at, $as_of) / 86400e6
    end as days_in_stage,
    chosen.reached_at,
    leads.channel,
    leads.campaign,
    leads.team,
    leads.region,
    leads.industry,
    chosen.temperature,
    leads.company,
    leads.name,
    leads.amount,
    coalesce(leads.currency, $currency) as currency,
    standings.state,
    array_to_string(cast(standings.reasons as varchar[]), ';') as reasons,
    leads.phone,
    leads.email,
    leads.need,
    leads.budget,
    leads.authority,
    leads.timing,
    leads.amount * today.rate as value,
    screening.screening,
    screening.screening_reason,
    screening.duplicate_of,
from chosen
join leads on leads.lead_number = chosen.lead_number
join standings on standings.lead_number = chosen.lead_number
left join screening on screening.lead_id = leads.lead_id
left join today on today.currency = coalesce(leads.currency, $currency)
order by created_at desc, lead_id
;

-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $currency = 'VND'
-- $last_stage = 'won'
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $stage = 'lead'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- The leads behind a step of the funnel, each with where it stood at as_of.
-- Grain: one row per lead of the scope that reached the step; latest entries first. state: open, won
-- or lost; reasons: why, the kinds parted by `;`, null where none is known. stage_entered_at,
-- days_in_stage: null where only a present status tells the stage. value: the amount in the currency
-- of the store at the rate of as_of. screening, screening_reason: the verdict, null without one;
-- duplicate_of: the lead that it repeats.
-- Parameters: those of the scope, whose only part is the temperature, and today's rates; $stage, the
-- stage that opens the step.
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
        cast(["temperature"] as varchar[]) as parts,
        cast(null as varchar) as part_0,
        "temperature" as part_1,
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
        and reached_at <= $as_of
        and opens_group
),
today as (
    select
        currency,
        rate,
    from exchange
    where day = cast(timezone($time_zone, timezone('UTC', cast($as_of as timestamp))) as date)
),
chosen as (
    select
        scope.lead_number,
        scope.reached_at,
        list_extract(scope.parts, 1) as temperature,
    from scope
    where scope.stage = $stage
),
staying as (
    select
        stays.lead_number,
        stays.stage,
        stays.entered_at,
        stays.is_timed,
        case when stays.stage = $last_stage then 'won' else 'open' end as state,
    from stays
    join chosen on chosen.lead_number = stays.lead_number
    where stays.entered_at <= $as_of and (stays.left_at is null or stays.left_at > $as_of)
),
departures as (
    select
        exits.lead_number,
        exits.stage,
        exits.entered_at,
        exits.is_timed,
        exits.reasons,
        row_number() over (
            partition by exits.lead_number order by exits.visit_number desc
        ) as place_from_last,
    from exits
    join chosen on chosen.lead_number = exits.lead_number
    left join staying on staying.lead_number = exits.lead_number
    where exits.entered_at <= $as_of and staying.lead_number is null
),
standings as (
    select
        lead_number,
        stage,
        entered_at as stage_entered_at,
        is_timed,
        state,
        null as reasons,
    from staying
    union all
    select
        lead_number,
        stage,
        entered_at as stage_entered_at,
        is_timed,
        'lost' as state,
        reasons,
    from departures
    where place_from_last = 1
)
select
    leads.lead_id,
    leads.created_at,
    leads.source,
    leads.owner,
    standings.stage,
    case when standings.is_timed then standings.stage_entered_at end as stage_entered_at,
    case
        when standings.is_timed
        then date_diff('microsecond', standings.stage_entered_at, $as_of) / 86400e6
    end as days_in_stage,
    chosen.reached_at,
    leads.channel,
    leads.campaign,
    leads.team,
    leads.region,
    leads.industry,
    chosen.temperature,
    leads.company,
    leads.name,
    leads.amount,
    coalesce(leads.currency, $currency) as currency,
    standings.state,
    array_to_string(cast(standings.reasons as varchar[]), ';') as reasons,
    leads.phone,
    leads.email,
    leads.need,
    leads.budget,
    leads.authority,
    leads.timing,
    leads.amount * today.rate as value,
    screening.screening,
    screening.screening_reason,
    screening.duplicate_of,
from chosen
join leads on leads.lead_number = chosen.lead_number
join standings on standings.lead_number = chosen.lead_number
left join screening on screening.lead_id = leads.lead_id
left join today on today.currency = coalesce(leads.currency, $currency)
order by created_at desc, lead_id
;
