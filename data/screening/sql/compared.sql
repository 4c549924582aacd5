-- Who is compared for being alike: leads whose name tells people apart, of the same name or company
-- as another one.
-- Grain: one row per name and company. leads: number, email_key and phone_key of each, in order.
-- Parameters: none; reads temp.looked_at.
with named as (
    select number, person, company, email_key, phone_key
    from looked_at
    where is_good and company is not null and contains(person, ' ')
    qualify
        count(*) over (partition by person) > 1
        or count(*) over (partition by company) > 1
)
select
    person,
    company,
    list((number, email_key, phone_key) order by number) as leads,
from named
group by person, company
order by person, company
