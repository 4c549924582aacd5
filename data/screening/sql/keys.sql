-- Whose contacts are the same as somebody else's.
-- Grain: one row per lead and key of a good contact that several leads have that are otherwise good.
-- number: the lead's place among all by when they came; first: the least such number of the key.
-- A contact that several people may share is the same only with the same name.
-- Parameters: none; reads temp.looked_at.
with own as (
    select number, 'same_email' as reason, email_key as key, email_is_shared as is_shared, person
    from looked_at
    where is_good and email_key is not null
    union all
    select number, 'same_phone' as reason, phone_key as key, phone_is_shared as is_shared, person
    from looked_at
    where is_good and phone_key is not null
),
telling as (
    select number, reason, case when is_shared then key || ' ' || person else key end as key
    from own
    where not is_shared or person is not null
)
select
    number,
    reason,
    min(number) over (partition by reason, key) as first,
from telling
qualify count(*) over (partition by reason, key) > 1
order by number, reason
