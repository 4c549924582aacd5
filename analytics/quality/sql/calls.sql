-- How the calls of each batch went, in the order of the list: block by block of as many numbers.
-- Grain: one row per segment and block. Only calls that decided something: a number that nobody
-- answered is not known to be good or bad. good: the person of the list answered, interested or not.
-- Parameters: those of the scope; $lead_stage (the stage that opens the funnel); $call_outcome (its
-- place in parts, null where no lead has one); $good, $bad (outcomes); $block (numbers in a block).
with called as (
    select
        segment,
        entered_at,
        lead_number,
        list_extract(parts, cast($call_outcome as bigint)) as outcome,
    from scope
    where stage = $lead_stage
),
decided as (
    select
        segment,
        list_contains($good, outcome) as is_good,
        row_number() over (partition by segment order by entered_at, lead_number) - 1 as place,
    from called
    where list_contains($good, outcome) or list_contains($bad, outcome)
)
select
    segment,
    cast(floor(place / $block) as bigint) as block,
    count(*) as called,
    count(*) filter (where is_good) as good,
from decided
group by segment, cast(floor(place / $block) as bigint)
order by segment, block
