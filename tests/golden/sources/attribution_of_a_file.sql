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
    cast(line as varchar) as lead_id,
    cast(null as integer) as company_number,
    conversions > 0 as converted,
    conversions,
    losses,
    value,
    cast(null as timestamp) as ended_at,
    true as has_touches,
    0 as bucket,
from paths
;

create temp table "journey_touches" as
-- The touches of a file of paths, one after another.
-- Grain: one row per path (a row of the file) and touch; none for a path without touches. journeys:
-- how many took the path. There are no times, and which touch created the lead is unknown.
-- Parameters: none; reads paths.
with lists as (
    select
        journey,
        string_split(path, '>') as names,
        conversions + losses as journeys,
    from paths
    where path is not null
),
touches as (
    select
        journey,
        unnest(range(1, len(names) + 1)) as position,
        unnest(names) as name,
        journeys,
    from lists
)
select
    journey,
    position,
    nullif(trim(name), '') as source,
    cast(null as timestamp) as touched_at,
    position = 1 as by_creation,
    false as by_opportunity,
    journeys,
from touches
;

select min(paths.line) as line from journey_touches join paths on paths.journey = journey_touches.journey where source is null
;

-- The sources of a file of paths, and how many touches each has.
-- Grain: one row per source, the one with most touches first.
-- Parameters: none; reads journey_touches.
select
    source,
    sum(journeys) as touches,
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

select source, source_id from source_ids order by source
;
