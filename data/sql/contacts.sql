-- The contacts with marketing that the credit for a lead is shared among.
-- Grain: one row per touch of a known lead, and one more per lead for the source that it came with.
-- That one is is_own, its position is 0 and its touched_at the lead's created_at; every lead has it,
-- also without a source, and it counts only for a lead of which no touch is known. The touches have
-- the positions 1, 2, … in order of time; of those at one instant the order is that of the texts.
-- opportunity_at: when the lead first reached (or skipped) the stage that opens the group
-- opportunity; null when it never did or there is no such group. Sorted by lead_number, position.
-- Parameters: none; reads touches_in_order, whose order the rows keep,
-- people, opportunities.
create table contacts as
select
    touches_in_order.lead_number,
    people.lead_id,
    touches_in_order.position,
    touches_in_order.touched_at,
    touches_in_order.source,
    touches_in_order.channel,
    touches_in_order.campaign,
    touches_in_order.is_own,
    people.created_at,
    opportunities.opportunity_at,
from touches_in_order
join people on people.lead_number = touches_in_order.lead_number
left join opportunities on opportunities.lead_number = touches_in_order.lead_number
