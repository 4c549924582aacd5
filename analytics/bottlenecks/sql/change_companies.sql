-- How many leads of each company reached the first step and the last, by the value of a dimension.
-- Grain: one row per company with two leads or more and value (null for the missing one) of which
-- any lead entered.
-- Parameters: those of the scope, which has parts; $dimension (its place in the list asked about,
-- from 1), $first_step, $last_step (the stages that open the steps).
with parted as (
    select
        company_number,
        list_extract(parts, $dimension) as value,
        stage,
    from scope
    where company_number is not null and (stage = $first_step or stage = $last_step)
),
companies as (
    select
        company_number,
        value,
        cast(count(*) filter (where stage = $first_step) as double) as leads,
        cast(count(*) filter (where stage = $last_step) as double) as reached,
    from parted
    group by company_number, value
)
select * from companies
