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
-- Parameters: $half_life (days; null for a file, which has no times); reads steps, journeys,
-- position_weights (one row per model: percent for the roles of_first, of_created, of_opportunity,
-- of_last, of_rest).
with converted as (
    select
        journey,
        bucket,
        conversions,
        coalesce(value, 0) as value,
        first_position,
        size,
        created_place,
        opportunity_place,
        ended_at,
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
        steps.journey,
        steps.source_id,
        steps.touched_at,
        steps.position - converted.first_position + 1 as place,
        converted.bucket,
        converted.conversions,
        converted.value,
        converted.size,
        converted.created_place,
        converted.opportunity_place,
        converted.ended_at,
    from steps
    join converted on converted.journey = steps.journey
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
last_touches as (
    select
        journey,
        max(touched_at) as last_at,
    from placed
    where $half_life is not null
    group by journey
),
decayed as (
    select
        placed.journey,
        placed.bucket,
        placed.source_id,
        placed.conversions,
        placed.value,
        power(
            2e0, -date_diff('microsecond', placed.touched_at, last_at) / (86400e6 * $half_life)
        ) as weight,
    from placed
    join last_touches on last_touches.journey = placed.journey
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
-- Parameters: $remembered (1 to 3), $by_bucket; reads steps, journeys.
with neighbours as (
    select
        journey,
        position,
        source_id + 1 as here,
        coalesce(
            lag(source_id, 1) over (partition by journey order by position) + 1, 0
        ) as before,
        coalesce(
            lag(source_id, 2) over (partition by journey order by position) + 1, 0
        ) as long_before,
        lead(source_id, 1) over (partition by journey order by position) + 1 as after,
    from steps
),
moves as (
    select
        journey,
        before = 0 as is_first,
        here
            + case when $remembered > 1 then 64 * before else 0 end
            + case when $remembered > 2 then 4096 * long_before else 0 end
            as state,
        after
            + case when $remembered > 1 then 64 * here else 0 end
            + case when $remembered > 2 then 4096 * before else 0 end
            as next_state,
    from neighbours
)
select
    moves.state,
    moves.next_state,
    case when $by_bucket then journeys.bucket else 0 end as bucket,
    sum(journeys.conversions) as conversions,
    sum(journeys.losses) as losses,
    sum(coalesce(journeys.value, 0)) as value,
    sum(case when is_first then journeys.conversions else 0 end) as started_conversions,
    sum(case when is_first then journeys.losses else 0 end) as started_losses,
    sum(case when is_first then coalesce(journeys.value, 0) else 0 end) as started_value,
from moves
join journeys on journeys.journey = moves.journey
group by all
order by state, next_state nulls last, bucket
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
-- $look_back = 5184000000000
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
-- Parameters: $half_life (days; null for a file, which has no times); reads steps, journeys,
-- position_weights (one row per model: percent for the roles of_first, of_created, of_opportunity,
-- of_last, of_rest).
with converted as (
    select
        journey,
        bucket,
        conversions,
        coalesce(value, 0) as value,
        first_position,
        size,
        created_place,
        opportunity_place,
        ended_at,
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
        steps.journey,
        steps.source_id,
        steps.touched_at,
        steps.position - converted.first_position + 1 as place,
        converted.bucket,
        converted.conversions,
        converted.value,
        converted.size,
        converted.created_place,
        converted.opportunity_place,
        converted.ended_at,
    from steps
    join converted on converted.journey = steps.journey
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
last_touches as (
    select
        journey,
        max(touched_at) as last_at,
    from placed
    where $half_life is not null
    group by journey
),
decayed as (
    select
        placed.journey,
        placed.bucket,
        placed.source_id,
        placed.conversions,
        placed.value,
        power(
            2e0, -date_diff('microsecond', placed.touched_at, last_at) / (86400e6 * $half_life)
        ) as weight,
    from placed
    join last_touches on last_touches.journey = placed.journey
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
-- Parameters: $remembered (1 to 3), $by_bucket; reads steps, journeys.
with neighbours as (
    select
        journey,
        position,
        source_id + 1 as here,
        coalesce(
            lag(source_id, 1) over (partition by journey order by position) + 1, 0
        ) as before,
        coalesce(
            lag(source_id, 2) over (partition by journey order by position) + 1, 0
        ) as long_before,
        lead(source_id, 1) over (partition by journey order by position) + 1 as after,
    from steps
),
moves as (
    select
        journey,
        before = 0 as is_first,
        here
            + case when $remembered > 1 then 64 * before else 0 end
            + case when $remembered > 2 then 4096 * long_before else 0 end
            as state,
        after
            + case when $remembered > 1 then 64 * here else 0 end
            + case when $remembered > 2 then 4096 * before else 0 end
            as next_state,
    from neighbours
)
select
    moves.state,
    moves.next_state,
    case when $by_bucket then journeys.bucket else 0 end as bucket,
    sum(journeys.conversions) as conversions,
    sum(journeys.losses) as losses,
    sum(coalesce(journeys.value, 0)) as value,
    sum(case when is_first then journeys.conversions else 0 end) as started_conversions,
    sum(case when is_first then journeys.losses else 0 end) as started_losses,
    sum(case when is_first then coalesce(journeys.value, 0) else 0 end) as started_value,
from moves
join journeys on journeys.journey = moves.journey
group by all
order by state, next_state nulls last, bucket
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
-- of its day, null without an amount or a rate; has_touches and bucket: as in journey_leads.
-- Parameters: those of the scope; $milestone (the stage that opens the step), $won (the one that is
-- a win), $asked_stages (the milestone and, unless the others are left out, the stage of entry),
-- $currency (the store's), $buckets (how many groups).
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
conversions as (
    select
        lead_number,
        company_number,
        reached_at as milestone_at,
        row_number() over (partition by lead_number, reached_at order by lead_number) as copy,
    from scope
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
known_touches as (
    select lead_number
    from contacts
    where position = 1 and touched_at <= $as_of
),
arrivals as (
    select * from conversions
    union all
    select
        lead_number,
        company_number,
        cast(null as timestamp) as milestone_at,
        1 as copy,
    from entrants
),
sold as (
    select
        arrivals.*,
        leads.lead_id,
        case when wins.lead_number is not null then wins.amount else leads.amount end as amount,
        case when wins.lead_number is not null then wins.currency else leads.currency end
            as currency,
    from arrivals
    join leads on leads.lead_number = arrivals.lead_number
    left join wins
        on $milestone = $won
        and wins.lead_number = arrivals.lead_number
        and wins.won_at = arrivals.milestone_at
        and wins.copy = arrivals.copy
)
select
    cast(row_number() over (
        order by sold.lead_number, sold.milestone_at, sold.copy
    ) as integer) as journey,
    sold.lead_number,
    sold.lead_id,
    sold.company_number,
    sold.milestone_at is not null as converted,
    case when sold.milestone_at is not null then 1e0 else 0e0 end as conversions,
    case when sold.milestone_at is not null then 0e0 else 1e0 end as losses,
    coalesce(sold.milestone_at, $as_of) as ended_at,
    sold.amount * exchange.rate as value,
    known_touches.lead_number is not null as has_touches,
    cast(
        case
            when sold.company_number is null then hash(sold.lead_id)
            else hash(sold.company_number)
        end % cast($buckets as ubigint) as integer
    ) as bucket,
from sold
left join known_touches on known_touches.lead_number = sold.lead_number
left join exchange
    on exchange.currency = coalesce(sold.currency, $currency)
    and exchange.day = cast(timezone($time_zone, timezone('UTC', sold.milestone_at)) as date)
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
-- Parameters: $half_life (days; null for a file, which has no times); reads steps, journeys,
-- position_weights (one row per model: percent for the roles of_first, of_created, of_opportunity,
-- of_last, of_rest).
with converted as (
    select
        journey,
        bucket,
        conversions,
        coalesce(value, 0) as value,
        first_position,
        size,
        created_place,
        opportunity_place,
        ended_at,
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
        steps.journey,
        steps.source_id,
        steps.touched_at,
        steps.position - converted.first_position + 1 as place,
        converted.bucket,
        converted.conversions,
        converted.value,
        converted.size,
        converted.created_place,
        converted.opportunity_place,
        converted.ended_at,
    from steps
    join converted on converted.journey = steps.journey
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
last_touches as (
    select
        journey,
        max(touched_at) as last_at,
    from placed
    where $half_life is not null
    group by journey
),
decayed as (
    select
        placed.journey,
        placed.bucket,
        placed.source_id,
        placed.conversions,
        placed.value,
        power(
            2e0, -date_diff('microsecond', placed.touched_at, last_at) / (86400e6 * $half_life)
        ) as weight,
    from placed
    join last_touches on last_touches.journey = placed.journey
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
-- Parameters: $remembered (1 to 3), $by_bucket; reads steps, journeys.
with neighbours as (
    select
        journey,
        position,
        source_id + 1 as here,
        coalesce(
            lag(source_id, 1) over (partition by journey order by position) + 1, 0
        ) as before,
        coalesce(
            lag(source_id, 2) over (partition by journey order by position) + 1, 0
        ) as long_before,
        lead(source_id, 1) over (partition by journey order by position) + 1 as after,
    from steps
),
moves as (
    select
        journey,
        before = 0 as is_first,
        here
            + case when $remembered > 1 then 64 * before else 0 end
            + case when $remembered > 2 then 4096 * long_before else 0 end
            as state,
        after
            + case when $remembered > 1 then 64 * here else 0 end
            + case when $remembered > 2 then 4096 * before else 0 end
            as next_state,
    from neighbours
)
select
    moves.state,
    moves.next_state,
    case when $by_bucket then journeys.bucket else 0 end as bucket,
    sum(journeys.conversions) as conversions,
    sum(journeys.losses) as losses,
    sum(coalesce(journeys.value, 0)) as value,
    sum(case when is_first then journeys.conversions else 0 end) as started_conversions,
    sum(case when is_first then journeys.losses else 0 end) as started_losses,
    sum(case when is_first then coalesce(journeys.value, 0) else 0 end) as started_value,
from moves
join journeys on journeys.journey = moves.journey
group by all
order by state, next_state nulls last, bucket
;

select count(*) + coalesce(sum(size), 0) as rows from journeys
;
