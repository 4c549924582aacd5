-- Made-up contacts: one lead in twenty repeats another, one in a hundred only by name and company,
-- and one in fifty is rubbish.
-- Grain: one row per lead, by lead_id (1, 2, …). The same rows every time: chance() is a hash.
-- Parameters: $leads, how many; $start, the first instant; $families, $givens, $firms, words that
-- names are made of.
with numbers as (
    select
        range + 1 as lead_id,
        chance('repeats', range) < 0.05 and range > 1000 as repeats,
        chance('by name', range) < 0.2 as by_name,
        chance('rubbish', range) < 0.02 as is_rubbish,
        case
            when repeats then range - cast(floor(chance('whom', range) * 1000) as bigint)
            else range + 1
        end as person,
    from range($leads)
),
spoken as (
    select
        *,
        $families[1 + cast(floor(chance('family', person) * len($families)) as bigint)] || ' '
        || $givens[1 + cast(floor(chance('middle', person) * len($givens)) as bigint)] || ' '
        || $givens[1 + cast(floor(chance('given', person) * len($givens)) as bigint)] as name,
        'Công ty TNHH '
        || $firms[1 + cast(floor(chance('firm', person) * len($firms)) as bigint)] || ' '
        || $givens[1 + cast(floor(chance('of', person) * len($givens)) as bigint)] || ' '
        || cast(floor(chance('branch', person) * 2000) as bigint) as company,
    from numbers
)
select
    lead_id,
    $start + to_seconds(lead_id * 60) as created_at,
    'Website' as source,
    case when is_rubbish then 'test' else name end as name,
    company,
    case when not (repeats and by_name) then 'p' || person || '@firm.vn' end as email,
    case
        when repeats and by_name then '+8497' || lpad(cast(lead_id as varchar), 7, '0')
        when person % 20 > 0 then '+8498' || lpad(cast(person % 10000000 as varchar), 7, '0')
    end as phone,
from spoken
order by lead_id
