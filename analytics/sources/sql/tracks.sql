-- The path of each journey: its sources in order, consecutive repeats collapsed.
-- Grain: one row per journey with a touch that counts. path: a list of source_ids.
-- Parameters: none; reads steps.
with travelled as (
    select
        journey,
        -- The place of a touch and its source in one number, as there are fewer than 64 source_ids:
        -- lists of numbers are put in order for much less than rows are.
        list_sort(list(cast(position as bigint) * 64 + source_id)) as stops,
    from steps
    group by journey
)
select
    journey,
    cast(
        list_transform(
            list_filter(
                stops, lambda stop, place: place = 1 or stop % 64 <> stops[place - 1] % 64
            ),
            lambda stop: stop % 64
        ) as integer[]
    ) as path,
from travelled
