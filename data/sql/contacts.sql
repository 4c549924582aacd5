-- The contacts with marketing that the credit for a lead is shared among.
-- Grain: one row per touch of a known lead, and one more per lead for the source that it came with.
-- That one is is_own, its position is 0 and its touched_at the lead's created_at; every lead has it,
-- also without a source, and it counts only for a lead of which no touch is known. The touches have
-- the positions 1, 2, … in order of time; of those at one instant the order is that of the texts.
-- opportunity_at: when the lead first reached (or skipped) the stage that opens the group
-- opportunity; null when it never did or there is no such group. Sorted by lead_number, position.
-- Parameters: none; reads lead_dimensions, touches, reaches, stages.
create table contacts as
with opportunities as (
    select
        reaches.lead_number,
        reaches.reached_at as opportunity_at,
    from reaches
    join stages on stages.stage = reaches.stage
    where stages.stage_group = 'opportunity' and stages.opens_group
),
known_touches as (
    select
        lead_dimensions.lead_number,
        touches.touched_at,
        touches.source,
        touches.channel,
        touches.campaign,
        touches.kind,
    from touches
    join lead_dimensions on lead_dimensions.lead_id = touches.lead_id
),
both_kinds as (
    select
        lead_number,
        cast(row_number() over (
            partition by lead_number
            order by
                touched_at,
                source nulls last,
                campaign nulls last,
                kind nulls last,
                channel nulls last,
                lead_number
        ) as integer) as position,
        touched_at,
        source,
        channel,
        campaign,
        false as is_own,
    from known_touches
    union all
    select
        lead_number,
        0 as position,
        created_at as touched_at,
        source,
        channel,
        campaign,
        true as is_own,
    from lead_dimensions
)
select
    both_kinds.lead_number,
    lead_dimensions.lead_id,
    both_kinds.position,
    both_kinds.touched_at,
    both_kinds.source,
    both_kinds.channel,
    both_kinds.campaign,
    both_kinds.is_own,
    lead_dimensions.created_at,
    opportunities.opportunity_at,
from both_kinds
join lead_dimensions on lead_dimensions.lead_number = both_kinds.lead_number
left join opportunities on opportunities.lead_number = both_kinds.lead_number
order by both_kinds.lead_number, both_kinds.position
