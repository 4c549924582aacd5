-- The touches of each lead and the source that it came with, in order of time.
-- Grain: as in contacts. Sorted by lead_number, then as contacts counts them.
-- Parameters: none; reads leads, arrivals, typed_touches.
create temp table touches_in_order as
with known_touches as (
    select
        leads.lead_number,
        false as is_own,
        typed_touches.touched_at,
        typed_touches.source,
        typed_touches.channel,
        typed_touches.campaign,
        typed_touches.kind,
    from typed_touches
    join leads on leads.lead_id = typed_touches.lead_id
),
both_kinds as (
    select * from known_touches
    union all
    select
        lead_number,
        true as is_own,
        created_at as touched_at,
        source,
        channel,
        campaign,
        null as kind,
    from arrivals
)
select * exclude (kind) from both_kinds
order by
    lead_number,
    is_own desc,
    touched_at,
    source nulls last,
    campaign nulls last,
    kind nulls last,
    channel nulls last
