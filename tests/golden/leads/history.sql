-- The view: all leads

select min(lead_id) as first from leads
;

-- $lead_id = 'L000001'
-- What happened to one lead.
-- Grain: one row per event, in order of time, then of the file.
-- Parameters: $lead_id.
with events as (
    select
        created_at as happened_at,
        -2 as position,
        'created' as kind,
        source as what,
        campaign as detail,
        true as is_timed,
        cast(null as timestamp) as between_from,
    from leads
    where lead_id = $lead_id
    union all
    select
        entered_at as happened_at,
        position,
        'stage' as kind,
        stage as what,
        changed_by as detail,
        known = 'moved' as is_timed,
        between_from,
    from stage_history
    where lead_id = $lead_id
    union all
    select
        touched_at as happened_at,
        -1 as position,
        'touch' as kind,
        kind as what,
        source as detail,
        true as is_timed,
        null as between_from,
    from touches
    where lead_id = $lead_id
)
select happened_at, kind, what, detail, is_timed, between_from from events
order by happened_at, position, what
;
