-- How soon leads were answered: what survival curves are made of.
-- Grain: one row per segment, time and whether they were answered by then. seconds: whole minutes,
-- answers rounded up and waiting down, so that who is answered by the end of a minute is so rounded.
-- leads: how many; breaches: those of them who wait, for longer than was promised.
-- Parameters: those of the scope; $promised (seconds, null without a promise).
with rounded as (
    select
        segment,
        answered_at is not null as is_answered,
        60 * cast(case when is_answered then ceil(seconds / 60) else floor(seconds / 60) end as integer)
            as whole_seconds,
        not is_answered and seconds > $promised as is_breach,
    from scope
)
select
    segment,
    is_answered,
    whole_seconds as seconds,
    count(*) as leads,
    count(*) filter (where is_breach) as breaches,
from rounded
group by segment, is_answered, whole_seconds
