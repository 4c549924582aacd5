-- The moves that files name with their leads, and why those that cannot be used are refused.
-- A move dated with a day only counts at the creation of its lead if that is later on that day: of
-- the zone, or of UTC where that is how the day was written.
-- Grain: one row per move that a file names.
-- Parameters: $zone, the zone of times without an offset; reads moves, stage_slugs, leads.
create or replace temp table placed as
select
    moves.* exclude (stage, entered_at),
    stage_slugs.slug as stage,
    stage_slugs.rank,
    greatest(moves.entered_at, leads.created_at) as entered_at,
    cast(case
        when leads.lead_id is null then 'unknown_lead'
        when moves.entered_at >= leads.created_at then null
        when moves.at_creation then null
        when moves.is_day
            and cast(timezone($zone, timezone('UTC', moves.entered_at)) as date)
            = cast(timezone($zone, timezone('UTC', leads.created_at)) as date) then null
        when moves.is_day
            and moves.entered_at = date_trunc('day', leads.created_at) then null
        else 'before_lead'
    end as enum ('unknown_lead', 'before_lead')) as refusal
from moves
join stage_slugs on stage_slugs.stage = moves.stage
left join leads on moves.lead_id = leads.lead_id
