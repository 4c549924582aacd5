-- How many leads of each company reached each step.
-- Grain: one row per company with two leads or more and step that any of them reached; the step by
-- the rank of its stage.
-- Parameters: those of the scope.
with companies as (
    select
        company_number,
        stage_rank,
        cast(count(*) as double) as leads,
    from scope
    where company_number is not null
    group by company_number, stage_rank
)
select * from companies
