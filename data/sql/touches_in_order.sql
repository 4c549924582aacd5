-- The touches of each lead and the source that it came with, in order of time.
-- Grain: as in contacts. Sorted by lead_number, position.
-- Parameters: none; reads people, typed_touches.
create temp table touches_in_order as
with known_touches as (
    select
        people.lead_number,
        typed_touches.touched_at,
        typed_touches.source,
        typed_touches.channel,
        typed_touches.campaign,
        typed_touches.kind,
    from typed_touches
    join people on people.lead_id = typed_touches.lead_id
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
    from people
)
select * from both_kinds order by lead_number, position
