-- What won leads brought, in the currency of the store: of all leads, and by segment.
-- Grain: one row per dimension asked for and segment with any known amount. dimension_number: which
-- dimension, from 1; 0 with a null segment is all leads. amounts: leads whose amount is known;
-- value: their sum, each at the rate of the day it was won; unknown without an amount, or without a
-- rate of its currency.
-- Parameters: those of the scope, with parts, worths.
with parted as (
    select
        value,
        unnest([*columns('^part_')]) as segment,
        unnest(range(len([*columns('^part_')]))) as dimension_number,
    from worths
    where stage = $last_stage and value is not null
),
segments as (
    select
        dimension_number,
        segment,
        count(*) as amounts,
        sum(value) as value,
    from parted
    group by dimension_number, segment
)
select * from segments
