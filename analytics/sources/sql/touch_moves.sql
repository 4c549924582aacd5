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
