-- The contacts with marketing that the credit for a lead is shared among.
-- Grain: one row per touch of a known lead, and one more per lead for the source that it came with.
-- That one is is_own, its position is 0 and its touched_at the lead's created_at; every lead has it,
-- also without a source, and it counts only for a lead of which no touch is known. The touches have
-- the positions 1, 2, … in order of time; of those at one instant the order is that of the texts.
-- opportunity_at: when the lead first reached (or skipped) the stage that opens the group
-- opportunity; null when it never did or there is no such group. Sorted by lead_number, position.
-- Parameters: none; reads touches_in_order, arrivals. Its windows without an order go
-- along the rows, which are sorted already.
create table contacts as
with numbered as (
    select
        *,
        row_number() over () as number,
    from touches_in_order
),
placed as (
    select
        *,
        cast(
            number - max(case when is_own then number end) over (
                rows between unbounded preceding and current row
            ) as integer
        ) as position,
    from numbered
)
select
    placed.lead_number,
    placed.position,
    placed.touched_at,
    placed.source,
    placed.channel,
    placed.campaign,
    placed.is_own,
    arrivals.created_at,
    arrivals.opportunity_at,
from placed
join arrivals on arrivals.lead_number = placed.lead_number
