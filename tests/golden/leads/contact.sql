-- The view: all leads

select min(lead_id) as first from leads
;

-- $lead_id = 'L000001'
select * exclude (lead_number) from leads where lead_id = $lead_id
;
