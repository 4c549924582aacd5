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
