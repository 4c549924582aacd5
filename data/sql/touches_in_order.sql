-- The touches of each known lead, in order of time; of those at one instant the order is that of the
-- texts.
-- Grain: one row per touch. Sorted by lead_number, then so.
-- Parameters: none; reads leads, typed_touches.
create temp table touches_in_order as
select
    leads.lead_number,
    typed_touches.touched_at,
    typed_touches.source,
    typed_touches.channel,
    typed_touches.campaign,
from typed_touches
join leads on leads.lead_id = typed_touches.lead_id
order by
    leads.lead_number,
    typed_touches.touched_at,
    typed_touches.source nulls last,
    typed_touches.campaign nulls last,
    typed_touches.kind nulls last,
    typed_touches.channel nulls last
