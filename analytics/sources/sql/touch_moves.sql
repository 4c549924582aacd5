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
