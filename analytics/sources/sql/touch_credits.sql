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
