-- The view: all leads

select line, reason from "unread_1" order by line limit 1
;

select line, "#2" as text, try_cast("#2" as double) < 0 as is_negative from "file_1" where "#2" is not null and not coalesce(try_cast("#2" as double) >= 0 and isfinite(try_cast("#2" as double)), false) order by line limit 1
;

select line, "#3" as text, try_cast("#3" as double) < 0 as is_negative from "file_1" where "#3" is not null and not coalesce(try_cast("#3" as double) >= 0 and isfinite(try_cast("#3" as double)), false) order by line limit 1
;

select line, "#4" as text, try_cast("#4" as double) < 0 as is_negative from "file_1" where "#4" is not null and not coalesce(try_cast("#4" as double) >= 0 and isfinite(try_cast("#4" as double)), false) order by line limit 1
;

create temp table "paths" as
select
    cast(row_number() over (order by line) as integer) as journey,
    line,
    nullif(trim("#1"), '') as path,
    cast(coalesce("#2", '0') as double) as conversions,
    cast(coalesce("#3", '0') as double) as value,
    cast(coalesce("#4", '0') as double) as losses,
from "file_1"
;

select line from paths where conversions = 0 and value > 0 order by line limit 1
;

create temp table "journey_leads" as
-- The rows of a file of paths as journeys: each stands for as many as it says.
-- Grain: one row per row of the file.
-- Parameters: none; reads paths.
select
    journey,
    cast(null as integer) as lead_number,
    cast(null as integer) as company_number,
    conversions > 0 as converted,
    conversions,
    losses,
    value,
    cast(null as timestamp) as ended_at,
    0 as bucket,
from paths
;

create temp table "journey_touches" as
-- The touches of a file of paths, one after another.
-- Grain: one row per path (a row of the file); without touches its lists are empty. sources: null for a
-- touch without a name. There are no times, and which touch created the lead is unknown.
-- Parameters: none; reads journey_leads, paths.
with named as (
    select
        journey,
        list_transform(
            coalesce(string_split(path, '>'), []), lambda name: nullif(trim(name), '')
        ) as sources,
    from paths
)
select
    journey_leads.*,
    cast(null as timestamp) as began_at,
    cast(null as timestamp[]) as touched_at,
    named.sources,
    false as is_own,
    case when len(named.sources) > 0 then 1 end as created_place,
    cast(null as integer) as opportunity_place,
from journey_leads
join named on named.journey = journey_leads.journey
;

select min(paths.line) as line from journey_touches join paths on paths.journey = journey_touches.journey where len(list_filter(sources, lambda source: source is null)) > 0
;

drop table temp."journey_leads"
;

create temp table "journey_sources" as
-- The sources of a file of paths, and how many touches each has.
-- Grain: one row per source.
-- Parameters: none; reads journey_touches.
with touches as (
    select
        unnest(sources) as source,
        conversions + losses as journeys,
    from journey_touches
)
select
    source,
    sum(journeys) as touches,
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

-- $half_life = null
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

select source, source_id from source_ids order by source
;
