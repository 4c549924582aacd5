-- What happened to one lead.
-- Grain: one row per event, in order of time, then of the file. reasons: the kinds of those for which
-- it left or went back then, parted by `;`; written: the same as the files have it.
-- Parameters: $lead_id.
with ends as (
    select
        exits.lead_number,
        exits.visit_number,
        exits.stage,
        exits.entered_at,
        exits.reasons,
    from exits
    join leads on leads.lead_number = exits.lead_number
    where leads.lead_id = $lead_id
    union all
    select
        stays.lead_number,
        stays.visit_number + 1 as visit_number,
        stays.next_stage as stage,
        stays.left_at as entered_at,
        stays.reasons,
    from stays
    join leads on leads.lead_number = stays.lead_number
    where leads.lead_id = $lead_id and stays.outcome = 'went_back'
),
written as (
    select
        given_reasons.lead_number,
        given_reasons.visit_number,
        string_agg(given_reasons.reason, '; ' order by given_reasons.reason) as text,
    from given_reasons
    join leads on leads.lead_number = given_reasons.lead_number
    where leads.lead_id = $lead_id
    group by given_reasons.lead_number, given_reasons.visit_number
),
told as (
    select
        cast(ends.stage as varchar) as stage,
        ends.entered_at,
        any_value(array_to_string(cast(ends.reasons as varchar[]), ';')) as reasons,
        any_value(written.text) as written,
    from ends
    left join written on written.lead_number = ends.lead_number
        and written.visit_number = ends.visit_number
    group by ends.stage, ends.entered_at
),
events as (
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
select
    events.happened_at,
    events.kind,
    events.what,
    events.detail,
    events.is_timed,
    events.between_from,
    told.reasons,
    told.written,
from events
left join told on told.stage = events.what
    and told.entered_at = events.happened_at
    and events.kind = 'stage'
order by happened_at, position, what
