-- Every lead that is screened, with what was found of its name, company and contacts.
-- Grain: one row per lead. number: by when it came, at one instant by its place in the files, from 0.
-- email, phone: whether one is given that says something. reason: the first rule that holds against
-- it but for duplicates, null when none does; is_good: whether none does.
-- Parameters: $reasons, the reasons in the order in which they decide; $any, those that decide
-- whatever else is known; $is_unreachable, whether having no contact counts;
-- $has_dead, whether a number that a call found dead counts.
-- Reads leads, temp.lead_places, temp.emails, temp.phones, temp.people, temp.companies, temp.calls.
create temp table looked_at as
with found as (
    select
        leads.lead_id,
        lead_places.place,
        cast(row_number() over (
            order by leads.created_at, lead_places.place, leads.lead_id
        ) - 1 as integer) as number,
        emails.cell is not null as has_email,
        phones.cell is not null as has_phone,
        emails.reason as email_reason,
        emails.key as email_key,
        emails.is_shared as email_is_shared,
        case
            when $has_dead and calls.outcome = 'dead_number' and phones.cell is not null
                then 'dead_number'
            else phones.reason
        end as phone_reason,
        phones.key as phone_key,
        phones.is_shared as phone_is_shared,
        case when people.is_rubbish then 'rubbish_name' end as name_reason,
        case when companies.is_rubbish then 'rubbish_company' end as company_reason,
        case when calls.outcome = 'impostor' then 'impostor' end as call_reason,
        people.compared as person,
        companies.compared as company,
    from leads
    join lead_places on lead_places.lead_id = leads.lead_id
    left join emails on emails.cell = leads.email
    left join phones on phones.cell = leads.phone
    left join people on people.cell = leads.name
    left join companies on companies.cell = leads.company
    left join calls on calls.lead_id = leads.lead_id
    where lead_places.is_screened
),
weighed as (
    select
        *,
        (has_email and email_reason is null) or (has_phone and phone_reason is null)
            as can_be_reached,
        list_filter(
            [name_reason, company_reason, email_reason, phone_reason, call_reason],
            lambda each: each is not null and list_contains($reasons, each)
        ) as against,
    from found
),
decided as (
    select
        *,
        list_filter(
            $reasons,
            lambda each: list_contains(against, each)
                and (list_contains($any, each) or not can_be_reached)
        ) as holding,
    from weighed
)
select
    lead_id,
    number,
    place,
    has_email,
    has_phone,
    case
        when len(holding) > 0 then holding[1]
        when $is_unreachable and not has_email and not has_phone then 'no_contact'
    end as reason,
    reason is null as is_good,
    case when email_reason is null or email_is_shared then email_key end as email_key,
    coalesce(email_is_shared, false) as email_is_shared,
    phone_key,
    coalesce(phone_is_shared, false) as phone_is_shared,
    person,
    company,
from decided
