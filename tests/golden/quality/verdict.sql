-- The view: all leads

select min(lead_id) as first from leads
;

-- $lead_id = 'L000001'
-- What screening found of one lead.
-- Grain: one row, none for a lead without a verdict.
-- Parameters: $lead_id.
select
    screening,
    screening_reason,
    duplicate_of,
from screening
where lead_id = $lead_id and screening is not null
;
