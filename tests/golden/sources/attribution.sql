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

-- $by = 'source'
-- $first_day = null
-- $in_campaign = null
-- $in_channel = null
-- $in_source = null
-- $known_campaign = false
-- $known_channel = false
-- $known_source = false
-- $last_day = date '2026-06-30'
-- $named = null
-- $no_campaign = false
-- $no_channel = false
-- $no_source = false
-- $not_campaign = []
-- $not_channel = []
-- $not_source = []
-- $only_campaign = null
-- $only_channel = null
-- $only_source = null
-- $others = '(other)'
-- $out_campaign = null
-- $out_channel = null
-- $out_source = null
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
;

select source, source_id from source_ids order by source
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

create temp table "position_weights" as select * from arriving
;

-- $half_life = 30
-- The credit of every source under the models by position, and under time decay.
-- Grain: one row per model, bucket and source_id with any credit (a bucket is a group of journeys).
-- credit in conversions, value in money; unknown amounts are 0. A touch has the weights of all its
-- roles; a role that no touch has is dropped, as is the rest where no touch is left for it, and
-- what remains is scaled to 100 %; where nothing remains all touches share equally. Under decay a
-- touch weighs 2^(-days / half-life), the days being those to the last touch: days to the milestone
-- would give the same shares.
-- Parameters: $half_life (days; null for a file, which has no times); reads journeys, journey_touches,
-- position_weights (one row per model: percent for the roles of_first, of_created, of_opportunity,
-- of_last, of_rest).
with converted as (
    select
        journey,
        bucket,
        conversions,
        coalesce(value, 0) as value,
        size,
        created_place,
        opportunity_place,
        stops,
    from journeys
    where conversions > 0 and size > 0
),
holders as (
    select
        converted.journey,
        position_weights.*,
        size
            - case when of_first > 0 then 1 else 0 end
            - case
                when of_created > 0 and not (of_first > 0 and created_place = 1) then 1
                else 0
            end
            - case
                when of_opportunity > 0
                    and opportunity_place is not null
                    and not (of_first > 0 and opportunity_place = 1)
                    and not (of_created > 0 and opportunity_place = created_place)
                then 1
                else 0
            end
            - case
                when of_last > 0
                    and not (of_first > 0 and size = 1)
                    and not (of_created > 0 and size = created_place)
                    and not (of_opportunity > 0 and coalesce(size = opportunity_place, false))
                then 1
                else 0
            end
            as others,
        of_first
            + of_created
            + case when opportunity_place is null then 0 else of_opportunity end
            + of_last
            as anchored,
    from converted
    cross join position_weights
),
rules as (
    select
        *,
        case when others > 0 then of_rest / others else 0 end as of_each_other,
        anchored + case when others > 0 then of_rest else 0 end as total,
    from holders
),
placed as (
    select
        journey,
        bucket,
        conversions,
        value,
        size,
        created_place,
        opportunity_place,
        unnest(stops) as source_id,
        unnest(range(1, size + 1)) as place,
    from converted
),
weighed as (
    select
        rules.model,
        placed.bucket,
        placed.source_id,
        placed.conversions,
        placed.value,
        case when place = 1 then of_first else 0 end
            + case when place = created_place then of_created else 0 end
            + case when place = opportunity_place then of_opportunity else 0 end
            + case when place = size then of_last else 0 end
            as of_roles,
        place = 1 and of_first > 0
            or place = created_place and of_created > 0
            or coalesce(place = opportunity_place, false) and of_opportunity > 0
            or place = size and of_last > 0
            as has_role,
        rules.of_each_other,
        rules.total,
        placed.size,
    from placed
    join rules on rules.journey = placed.journey
),
shares as (
    select
        model,
        bucket,
        source_id,
        conversions,
        value,
        case
            when total > 0
            then (of_roles + case when has_role then 0 else of_each_other end) / total
            else 1e0 / size
        end as share,
    from weighed
),
timed as (
    select
        converted.journey,
        converted.bucket,
        converted.conversions,
        converted.value,
        journey_touches.touched_at[-1] as last_at,
        unnest(converted.stops) as source_id,
        unnest(journey_touches.touched_at) as touched_at,
    from converted
    join journey_touches on journey_touches.journey = converted.journey
    where $half_life is not null
),
decayed as (
    select
        *,
        power(
            2e0, -date_diff('microsecond', touched_at, last_at) / (86400e6 * $half_life)
        ) as weight,
    from timed
),
decay_totals as (
    select
        journey,
        sum(weight) as total,
    from decayed
    group by journey
),
all_shares as (
    select * from shares
    union all
    select
        'decay' as model,
        decayed.bucket,
        decayed.source_id,
        decayed.conversions,
        decayed.value,
        decayed.weight / decay_totals.total as share,
    from decayed
    join decay_totals on decay_totals.journey = decayed.journey
)
select
    model,
    bucket,
    source_id,
    sum(share * conversions) as credit,
    sum(share * value) as value,
from all_shares
group by model, bucket, source_id
order by model, bucket, source_id
;

drop table temp."position_weights"
;

-- $by_bucket = false
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
;

-- $by_bucket = false
-- $remembered = 1
-- How journeys move on from touch to touch: what the Markov chain is made of.
-- Grain: one row per state, the state entered next and group of journeys; all are one group, 0,
-- unless they are asked for by bucket. A state is the source_ids + 1 of the last $remembered
-- touches as digits to the base 64, the last touch the lowest; next_state is null where the journey
-- ends. started_…: of the journeys that begin with this move.
-- Parameters: $remembered (1 to 3), $by_bucket; reads journeys.
with travelled as (
    select
        bucket,
        conversions,
        losses,
        value,
        list_transform(
            stops,
            lambda stop, place: stop + 1
                + case when $remembered > 1 and place > 1 then 64 * (stops[place - 1] + 1) else 0 end
                + case when $remembered > 2 and place > 2 then 4096 * (stops[place - 2] + 1) else 0 end
        ) as states,
    from journeys
    where size > 0
),
steps as (
    select
        unnest(states) as state,
        unnest(list_append(states[2:], null)) as next_state,
        case when $by_bucket then bucket else 0 end as bucket,
        conversions,
        losses,
        value,
    from travelled
),
moves as (
    select
        state,
        next_state,
        bucket,
        sum(conversions) as conversions,
        sum(losses) as losses,
        coalesce(sum(value), 0) as value,
    from steps
    group by state, next_state, bucket
),
begun as (
    select
        stops[1] + 1 as state,
        stops[2] + 1 + case when $remembered > 1 then 64 * (stops[1] + 1) else 0 end as next_state,
        case when $by_bucket then bucket else 0 end as bucket,
        conversions,
        losses,
        value,
    from journeys
    where size > 0
),
starts as (
    select
        state,
        next_state,
        bucket,
        sum(conversions) as conversions,
        sum(losses) as losses,
        coalesce(sum(value), 0) as value,
    from begun
    group by state, next_state, bucket
)
select
    moves.*,
    coalesce(starts.conversions, 0) as started_conversions,
    coalesce(starts.losses, 0) as started_losses,
    coalesce(starts.value, 0) as started_value,
from moves
left join starts
    on starts.state = moves.state
    and starts.next_state is not distinct from moves.next_state
    and starts.bucket = moves.bucket
order by moves.state, moves.next_state nulls last, moves.bucket
;

select count(*) + coalesce(sum(size), 0) as rows from journeys
;

-- The view: mode=flow&period=last-180d&by=source&region=~&model=markov&order=2&look_back=60

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $asked_stages = ['won', 'lead']
-- $buckets = 200
-- $currency = 'VND'
-- $in_region = []
-- $milestone = 'won'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2026-05-04 17:00:00'
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
        case when group_next_at is not null then group_next_at end as moved_on_at,
        exited_at as out_at,
        out_at is not null or false as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
    from reaches
    where reached_at >= $period_start
        and reached_at < $period_end
        and opens_group
        and (list_contains($in_region, "region") or "region" is null)
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

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $look_back = 5184000000000
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

select source, source_id from source_ids order by source
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

create temp table "position_weights" as select * from arriving
;

-- $half_life = 30
-- The credit of every source under the models by position, and under time decay.
-- Grain: one row per model, bucket and source_id with any credit (a bucket is a group of journeys).
-- credit in conversions, value in money; unknown amounts are 0. A touch has the weights of all its
-- roles; a role that no touch has is dropped, as is the rest where no touch is left for it, and
-- what remains is scaled to 100 %; where nothing remains all touches share equally. Under decay a
-- touch weighs 2^(-days / half-life), the days being those to the last touch: days to the milestone
-- would give the same shares.
-- Parameters: $half_life (days; null for a file, which has no times); reads journeys, journey_touches,
-- position_weights (one row per model: percent for the roles of_first, of_created, of_opportunity,
-- of_last, of_rest).
with converted as (
    select
        journey,
        bucket,
        conversions,
        coalesce(value, 0) as value,
        size,
        created_place,
        opportunity_place,
        stops,
    from journeys
    where conversions > 0 and size > 0
),
holders as (
    select
        converted.journey,
        position_weights.*,
        size
            - case when of_first > 0 then 1 else 0 end
            - case
                when of_created > 0 and not (of_first > 0 and created_place = 1) then 1
                else 0
            end
            - case
                when of_opportunity > 0
                    and opportunity_place is not null
                    and not (of_first > 0 and opportunity_place = 1)
                    and not (of_created > 0 and opportunity_place = created_place)
                then 1
                else 0
            end
            - case
                when of_last > 0
                    and not (of_first > 0 and size = 1)
                    and not (of_created > 0 and size = created_place)
                    and not (of_opportunity > 0 and coalesce(size = opportunity_place, false))
                then 1
                else 0
            end
            as others,
        of_first
            + of_created
            + case when opportunity_place is null then 0 else of_opportunity end
            + of_last
            as anchored,
    from converted
    cross join position_weights
),
rules as (
    select
        *,
        case when others > 0 then of_rest / others else 0 end as of_each_other,
        anchored + case when others > 0 then of_rest else 0 end as total,
    from holders
),
placed as (
    select
        journey,
        bucket,
        conversions,
        value,
        size,
        created_place,
        opportunity_place,
        unnest(stops) as source_id,
        unnest(range(1, size + 1)) as place,
    from converted
),
weighed as (
    select
        rules.model,
        placed.bucket,
        placed.source_id,
        placed.conversions,
        placed.value,
        case when place = 1 then of_first else 0 end
            + case when place = created_place then of_created else 0 end
            + case when place = opportunity_place then of_opportunity else 0 end
            + case when place = size then of_last else 0 end
            as of_roles,
        place = 1 and of_first > 0
            or place = created_place and of_created > 0
            or coalesce(place = opportunity_place, false) and of_opportunity > 0
            or place = size and of_last > 0
            as has_role,
        rules.of_each_other,
        rules.total,
        placed.size,
    from placed
    join rules on rules.journey = placed.journey
),
shares as (
    select
        model,
        bucket,
        source_id,
        conversions,
        value,
        case
            when total > 0
            then (of_roles + case when has_role then 0 else of_each_other end) / total
            else 1e0 / size
        end as share,
    from weighed
),
timed as (
    select
        converted.journey,
        converted.bucket,
        converted.conversions,
        converted.value,
        journey_touches.touched_at[-1] as last_at,
        unnest(converted.stops) as source_id,
        unnest(journey_touches.touched_at) as touched_at,
    from converted
    join journey_touches on journey_touches.journey = converted.journey
    where $half_life is not null
),
decayed as (
    select
        *,
        power(
            2e0, -date_diff('microsecond', touched_at, last_at) / (86400e6 * $half_life)
        ) as weight,
    from timed
),
decay_totals as (
    select
        journey,
        sum(weight) as total,
    from decayed
    group by journey
),
all_shares as (
    select * from shares
    union all
    select
        'decay' as model,
        decayed.bucket,
        decayed.source_id,
        decayed.conversions,
        decayed.value,
        decayed.weight / decay_totals.total as share,
    from decayed
    join decay_totals on decay_totals.journey = decayed.journey
)
select
    model,
    bucket,
    source_id,
    sum(share * conversions) as credit,
    sum(share * value) as value,
from all_shares
group by model, bucket, source_id
order by model, bucket, source_id
;

drop table temp."position_weights"
;

-- $by_bucket = false
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
;

-- $by_bucket = true
-- $remembered = 2
-- How journeys move on from touch to touch: what the Markov chain is made of.
-- Grain: one row per state, the state entered next and group of journeys; all are one group, 0,
-- unless they are asked for by bucket. A state is the source_ids + 1 of the last $remembered
-- touches as digits to the base 64, the last touch the lowest; next_state is null where the journey
-- ends. started_…: of the journeys that begin with this move.
-- Parameters: $remembered (1 to 3), $by_bucket; reads journeys.
with travelled as (
    select
        bucket,
        conversions,
        losses,
        value,
        list_transform(
            stops,
            lambda stop, place: stop + 1
                + case when $remembered > 1 and place > 1 then 64 * (stops[place - 1] + 1) else 0 end
                + case when $remembered > 2 and place > 2 then 4096 * (stops[place - 2] + 1) else 0 end
        ) as states,
    from journeys
    where size > 0
),
steps as (
    select
        unnest(states) as state,
        unnest(list_append(states[2:], null)) as next_state,
        case when $by_bucket then bucket else 0 end as bucket,
        conversions,
        losses,
        value,
    from travelled
),
moves as (
    select
        state,
        next_state,
        bucket,
        sum(conversions) as conversions,
        sum(losses) as losses,
        coalesce(sum(value), 0) as value,
    from steps
    group by state, next_state, bucket
),
begun as (
    select
        stops[1] + 1 as state,
        stops[2] + 1 + case when $remembered > 1 then 64 * (stops[1] + 1) else 0 end as next_state,
        case when $by_bucket then bucket else 0 end as bucket,
        conversions,
        losses,
        value,
    from journeys
    where size > 0
),
starts as (
    select
        state,
        next_state,
        bucket,
        sum(conversions) as conversions,
        sum(losses) as losses,
        coalesce(sum(value), 0) as value,
    from begun
    group by state, next_state, bucket
)
select
    moves.*,
    coalesce(starts.conversions, 0) as started_conversions,
    coalesce(starts.losses, 0) as started_losses,
    coalesce(starts.value, 0) as started_value,
from moves
left join starts
    on starts.state = moves.state
    and starts.next_state is not distinct from moves.next_state
    and starts.bucket = moves.bucket
order by moves.state, moves.next_state nulls last, moves.bucket
;

select count(*) + coalesce(sum(size), 0) as rows from journeys
;

-- The view: stage=opportunity&by=team&as_of=2026-06-30&conversions=all

-- $as_of = timestamp '2026-06-30 16:59:59.999999'
-- $asked_stages = ['opportunity', 'lead']
-- $buckets = 200
-- $currency = 'VND'
-- $milestone = 'opportunity'
-- $period_end = timestamp '2026-06-30 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- $won = 'won'
create temp table "journey_leads" as
-- Whose touches count when every conversion of a lead does: a journey for each of its conversions
-- at the milestone, and one for a lead that only entered.
-- Grain: one row per conversion, and per lead without one that entered; both as the scope has it.
-- ended_at: the conversion, else as_of; value: what it brought in the store's currency, at the rate
-- of its day, null without an amount or a rate; bucket: as in journey_leads.
-- Parameters: those of the scope, worths and sold; $milestone (the stage that opens the step), $won
-- (the one that is a win), $asked_stages (the milestone and, unless the others are left out, the
-- stage of entry), $buckets (how many groups).
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
    from (select * from reaches union all select * from further_wins)
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
sold as (
    select
        won.*,
        wins.lead_number is not null as is_known,
        wins.amount * exchange.rate as value,
    from (
        select
            *,
            row_number() over (
                partition by lead_number, stage, reached_at order by lead_number
            ) as copy,
        from scope
    ) as won
    left join wins
        on wins.lead_number = won.lead_number
        and wins.won_at = won.reached_at
        and wins.copy = won.copy
    left join exchange
        on exchange.currency = coalesce(wins.currency, $currency)
        and exchange.day = cast(timezone($time_zone, timezone('UTC', won.reached_at)) as date)
),
conversions as (
    select
        lead_number,
        company_number,
        reached_at as milestone_at,
        row_number() over (partition by lead_number, reached_at order by lead_number) as copy,
        value,
    from worths
    where stage = $milestone
),
milestones as (
    select distinct lead_number from conversions
),
entrants as (
    -- The scope has a lead once at the stage of entry.
    select
        scope.lead_number,
        scope.company_number,
    from scope
    left join milestones on milestones.lead_number = scope.lead_number
    where list_contains($asked_stages, scope.stage)
        and scope.stage <> $milestone
        and milestones.lead_number is null
),
arrivals as (
    select * from conversions
    union all
    select
        lead_number,
        company_number,
        cast(null as timestamp) as milestone_at,
        1 as copy,
        cast(null as double) as value,
    from entrants
),
told as (
    select
        arrivals.* exclude (value),
        leads.lead_id,
        case when sold.is_known then sold.value else arrivals.value end as value,
    from arrivals
    join leads on leads.lead_number = arrivals.lead_number
    left join sold
        on $milestone = $won
        and sold.stage = $milestone
        and sold.lead_number = arrivals.lead_number
        and sold.reached_at = arrivals.milestone_at
        and sold.copy = arrivals.copy
)
select
    cast(row_number() over (
        order by told.lead_number, told.milestone_at, told.copy
    ) as integer) as journey,
    told.lead_number,
    told.company_number,
    told.milestone_at is not null as converted,
    case when told.milestone_at is not null then 1e0 else 0e0 end as conversions,
    case when told.milestone_at is not null then 0e0 else 1e0 end as losses,
    coalesce(told.milestone_at, $as_of) as ended_at,
    told.value,
    cast(
        case
            when told.company_number is null then hash(told.lead_id)
            else hash(told.company_number)
        end % cast($buckets as ubigint) as integer
    ) as bucket,
from told
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

-- $by = 'source'
-- $first_day = null
-- $in_campaign = null
-- $in_channel = null
-- $in_source = null
-- $known_campaign = false
-- $known_channel = false
-- $known_source = false
-- $last_day = date '2026-06-30'
-- $named = null
-- $no_campaign = false
-- $no_channel = false
-- $no_source = false
-- $not_campaign = []
-- $not_channel = []
-- $not_source = []
-- $only_campaign = null
-- $only_channel = null
-- $only_source = null
-- $others = '(other)'
-- $out_campaign = null
-- $out_channel = null
-- $out_source = null
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
;

select source, source_id from source_ids order by source
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

create temp table "position_weights" as select * from arriving
;

-- $half_life = 30
-- The credit of every source under the models by position, and under time decay.
-- Grain: one row per model, bucket and source_id with any credit (a bucket is a group of journeys).
-- credit in conversions, value in money; unknown amounts are 0. A touch has the weights of all its
-- roles; a role that no touch has is dropped, as is the rest where no touch is left for it, and
-- what remains is scaled to 100 %; where nothing remains all touches share equally. Under decay a
-- touch weighs 2^(-days / half-life), the days being those to the last touch: days to the milestone
-- would give the same shares.
-- Parameters: $half_life (days; null for a file, which has no times); reads journeys, journey_touches,
-- position_weights (one row per model: percent for the roles of_first, of_created, of_opportunity,
-- of_last, of_rest).
with converted as (
    select
        journey,
        bucket,
        conversions,
        coalesce(value, 0) as value,
        size,
        created_place,
        opportunity_place,
        stops,
    from journeys
    where conversions > 0 and size > 0
),
holders as (
    select
        converted.journey,
        position_weights.*,
        size
            - case when of_first > 0 then 1 else 0 end
            - case
                when of_created > 0 and not (of_first > 0 and created_place = 1) then 1
                else 0
            end
            - case
                when of_opportunity > 0
                    and opportunity_place is not null
                    and not (of_first > 0 and opportunity_place = 1)
                    and not (of_created > 0 and opportunity_place = created_place)
                then 1
                else 0
            end
            - case
                when of_last > 0
                    and not (of_first > 0 and size = 1)
                    and not (of_created > 0 and size = created_place)
                    and not (of_opportunity > 0 and coalesce(size = opportunity_place, false))
                then 1
                else 0
            end
            as others,
        of_first
            + of_created
            + case when opportunity_place is null then 0 else of_opportunity end
            + of_last
            as anchored,
    from converted
    cross join position_weights
),
rules as (
    select
        *,
        case when others > 0 then of_rest / others else 0 end as of_each_other,
        anchored + case when others > 0 then of_rest else 0 end as total,
    from holders
),
placed as (
    select
        journey,
        bucket,
        conversions,
        value,
        size,
        created_place,
        opportunity_place,
        unnest(stops) as source_id,
        unnest(range(1, size + 1)) as place,
    from converted
),
weighed as (
    select
        rules.model,
        placed.bucket,
        placed.source_id,
        placed.conversions,
        placed.value,
        case when place = 1 then of_first else 0 end
            + case when place = created_place then of_created else 0 end
            + case when place = opportunity_place then of_opportunity else 0 end
            + case when place = size then of_last else 0 end
            as of_roles,
        place = 1 and of_first > 0
            or place = created_place and of_created > 0
            or coalesce(place = opportunity_place, false) and of_opportunity > 0
            or place = size and of_last > 0
            as has_role,
        rules.of_each_other,
        rules.total,
        placed.size,
    from placed
    join rules on rules.journey = placed.journey
),
shares as (
    select
        model,
        bucket,
        source_id,
        conversions,
        value,
        case
            when total > 0
            then (of_roles + case when has_role then 0 else of_each_other end) / total
            else 1e0 / size
        end as share,
    from weighed
),
timed as (
    select
        converted.journey,
        converted.bucket,
        converted.conversions,
        converted.value,
        journey_touches.touched_at[-1] as last_at,
        unnest(converted.stops) as source_id,
        unnest(journey_touches.touched_at) as touched_at,
    from converted
    join journey_touches on journey_touches.journey = converted.journey
    where $half_life is not null
),
decayed as (
    select
        *,
        power(
            2e0, -date_diff('microsecond', touched_at, last_at) / (86400e6 * $half_life)
        ) as weight,
    from timed
),
decay_totals as (
    select
        journey,
        sum(weight) as total,
    from decayed
    group by journey
),
all_shares as (
    select * from shares
    union all
    select
        'decay' as model,
        decayed.bucket,
        decayed.source_id,
        decayed.conversions,
        decayed.value,
        decayed.weight / decay_totals.total as share,
    from decayed
    join decay_totals on decay_totals.journey = decayed.journey
)
select
    model,
    bucket,
    source_id,
    sum(share * conversions) as credit,
    sum(share * value) as value,
from all_shares
group by model, bucket, source_id
order by model, bucket, source_id
;

drop table temp."position_weights"
;

-- $by_bucket = false
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
;

-- $by_bucket = false
-- $remembered = 1
-- How journeys move on from touch to touch: what the Markov chain is made of.
-- Grain: one row per state, the state entered next and group of journeys; all are one group, 0,
-- unless they are asked for by bucket. A state is the source_ids + 1 of the last $remembered
-- touches as digits to the base 64, the last touch the lowest; next_state is null where the journey
-- ends. started_…: of the journeys that begin with this move.
-- Parameters: $remembered (1 to 3), $by_bucket; reads journeys.
with travelled as (
    select
        bucket,
        conversions,
        losses,
        value,
        list_transform(
            stops,
            lambda stop, place: stop + 1
                + case when $remembered > 1 and place > 1 then 64 * (stops[place - 1] + 1) else 0 end
                + case when $remembered > 2 and place > 2 then 4096 * (stops[place - 2] + 1) else 0 end
        ) as states,
    from journeys
    where size > 0
),
steps as (
    select
        unnest(states) as state,
        unnest(list_append(states[2:], null)) as next_state,
        case when $by_bucket then bucket else 0 end as bucket,
        conversions,
        losses,
        value,
    from travelled
),
moves as (
    select
        state,
        next_state,
        bucket,
        sum(conversions) as conversions,
        sum(losses) as losses,
        coalesce(sum(value), 0) as value,
    from steps
    group by state, next_state, bucket
),
begun as (
    select
        stops[1] + 1 as state,
        stops[2] + 1 + case when $remembered > 1 then 64 * (stops[1] + 1) else 0 end as next_state,
        case when $by_bucket then bucket else 0 end as bucket,
        conversions,
        losses,
        value,
    from journeys
    where size > 0
),
starts as (
    select
        state,
        next_state,
        bucket,
        sum(conversions) as conversions,
        sum(losses) as losses,
        coalesce(sum(value), 0) as value,
    from begun
    group by state, next_state, bucket
)
select
    moves.*,
    coalesce(starts.conversions, 0) as started_conversions,
    coalesce(starts.losses, 0) as started_losses,
    coalesce(starts.value, 0) as started_value,
from moves
left join starts
    on starts.state = moves.state
    and starts.next_state is not distinct from moves.next_state
    and starts.bucket = moves.bucket
order by moves.state, moves.next_state nulls last, moves.bucket
;

select count(*) + coalesce(sum(size), 0) as rows from journeys
;
