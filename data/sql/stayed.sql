-- What screens scan to time: how long each lead stayed where.
-- Grain: one row per visit to a stage (exits are not stages). The lead's dimensions are on the row.
-- Sorted by lead and visit.
-- outcome: advanced (to a later stage), lost (to an exit, named by next_stage), went_back, or open
-- (still there at the end of the data: left_at and next_stage are null).
-- reasons: the kinds of reasons of a stay that was lost or went back; null where none is known.
-- is_timed: whether its length is known, both ends being moves that a file tells of.
-- answered_at, replied_at, attempted_at: when a person first acted for the lead after its entry, when it
-- answered, and when it was tried, as in answered; null where nobody did, and of visits of which it is
-- not asked: those after the first to a stage that promises no answer.
-- Parameters: none; reads lead_dimensions, named_reasons, answered, visits, whose order the rows keep.
create table stayed as
select
    lead_dimensions.*,
    visits.stage,
    visits.stage_rank,
    visits.visit_number,
    visits.entered_at,
    visits.left_at,
    visits.next_stage,
    cast(case
        when visits.next_stage is null then 'open'
        when visits.next_rank is null then 'lost'
        when visits.next_rank > visits.stage_rank then 'advanced'
        else 'went_back'
    end as outcomes) as outcome,
    named_reasons.reasons,
    visits.is_timed and coalesce(visits.is_end_timed, true) as is_timed,
    answered.answered_at,
    answered.replied_at,
    answered.attempted_at,
from visits
join lead_dimensions on lead_dimensions.lead_number = visits.lead_number
left join named_reasons on named_reasons.lead_number = visits.lead_number
    and named_reasons.visit_number = visits.visit_number + 1
left join answered
    on answered.lead_number = visits.lead_number
    and answered.visit_number = visits.visit_number
where visits.stage_rank is not null
