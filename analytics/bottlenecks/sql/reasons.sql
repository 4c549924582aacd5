-- Why leads left or went back: how many of those who did name which kind of reason, now and before.
-- Grain: one row per dimension asked for, its segment, stage, way out and reason. dimension_number:
-- which dimension, from 1; 0 with a null segment is all leads. stage_rank: the stage left; null for
-- every one. way: the exit, '~back' for a step back, null for every exit. reason: a kind, 'unknown'
-- for leads of which none is named. A lead counts once in each, by its last end there: n, before_n:
-- the leads; named, before_named: those of them with the reason.
-- And the ordered pairs of leads of one company, of now, before, and one of each: pairs and so on of
-- all of the leads, pairs_first and so on whose first, or both, have the reason. Null where there
-- are none.
-- Parameters: those of the scope, with parts; $now_start, $now_end, $before_start, $before_end;
-- $crossed (whether segments are counted at each stage, and not only over all).
with ended as (
    select
        lead_number,
        company_number,
        visit_number,
        count(*) over (partition by lead_number, gone_at >= $now_start) as ends,
        stage_rank,
        case when outcome = 'went_back' then '~back' else cast(next_stage as varchar) end as way,
        coalesce(reasons, ['unknown']) as reasons,
        parts,
        gone_at >= $now_start and gone_at < $now_end as is_now,
    from scope
    where (gone_at >= $now_start and gone_at < $now_end)
        or (gone_at >= $before_start and gone_at < $before_end)
),
-- (nearly all left once, and count alike in each: they are put together first)
alike as (
    select
        cast(null as integer) as lead_number,
        cast(null as bigint) as visit_number,
        company_number,
        stage_rank,
        way,
        reasons,
        parts,
        is_now,
        count(*) as leads,
    from ended
    where ends = 1
    group by company_number, stage_rank, way, reasons, parts, is_now
    union all
    select
        lead_number,
        visit_number,
        company_number,
        stage_rank,
        way,
        reasons,
        parts,
        is_now,
        1 as leads,
    from ended
    where ends > 1
),
by_way as (
    select
        * exclude (way),
        unnest(case when way = '~back' then [way] else [way, null] end) as way,
    from alike
),
by_stage as (
    select
        * exclude (stage_rank),
        unnest([stage_rank, null]) as stage_rank,
    from by_way
),
crossed as (
    select * replace (case when stage_rank is null or $crossed then parts else [] end as parts),
    from by_stage
),
last_ends as (
    select *,
    from crossed
    qualify lead_number is null
        or visit_number = max(visit_number) over (
            partition by lead_number, is_now, stage_rank, way
        )
),
leads_of as (
    select
        company_number,
        stage_rank,
        way,
        parts,
        sum(case when is_now then leads else 0 end) as n,
        sum(case when is_now then 0 else leads end) as before_n,
    from last_ends
    group by company_number, stage_rank, way, parts
),
each_reason as (
    select
        * exclude (reasons),
        unnest(reasons) as reason,
    from last_ends
),
named_of as (
    select
        company_number,
        stage_rank,
        way,
        parts,
        reason,
        sum(case when is_now then leads else 0 end) as named,
        sum(case when is_now then 0 else leads end) as before_named,
    from each_reason
    group by company_number, stage_rank, way, parts, reason
),
leads_in as (
    select
        company_number,
        stage_rank,
        way,
        n,
        before_n,
        unnest(list_prepend(cast(null as varchar), parts)) as segment,
        unnest(range(len(parts) + 1)) as dimension_number,
    from leads_of
),
named_in as (
    select
        company_number,
        stage_rank,
        way,
        reason,
        named,
        before_named,
        unnest(list_prepend(cast(null as varchar), parts)) as segment,
        unnest(range(len(parts) + 1)) as dimension_number,
    from named_of
),
leads_by as (
    select
        dimension_number,
        segment,
        stage_rank,
        way,
        sum(n) as n,
        sum(before_n) as before_n,
    from leads_in
    group by dimension_number, segment, stage_rank, way
),
named_by as (
    select
        dimension_number,
        segment,
        stage_rank,
        way,
        reason,
        sum(named) as named,
        sum(before_named) as before_named,
    from named_in
    group by dimension_number, segment, stage_rank, way, reason
),
company_leads as (
    select
        company_number,
        dimension_number,
        segment,
        stage_rank,
        way,
        cast(sum(n) as double) as n,
        cast(sum(before_n) as double) as before_n,
    from leads_in
    where company_number is not null
    group by company_number, dimension_number, segment, stage_rank, way
),
company_named as (
    select
        company_number,
        dimension_number,
        segment,
        stage_rank,
        way,
        reason,
        cast(sum(named) as double) as named,
        cast(sum(before_named) as double) as before_named,
    from named_in
    where company_number is not null
    group by company_number, dimension_number, segment, stage_rank, way, reason
),
pairs as (
    select
        dimension_number,
        segment,
        stage_rank,
        way,
        sum(n * (n - 1)) as pairs,
        sum(case when n > 1 then power(n, 4) else 0 end) as pairs_fourths,
        sum(before_n * (before_n - 1)) as before_pairs,
        sum(case when before_n > 1 then power(before_n, 4) else 0 end) as before_pairs_fourths,
        sum(n * before_n) as across,
    from company_leads
    group by dimension_number, segment, stage_rank, way
),
named_pairs as (
    select
        company_named.dimension_number,
        company_named.segment,
        company_named.stage_rank,
        company_named.way,
        company_named.reason,
        sum(named * (n - 1)) as pairs_first,
        sum(named * (named - 1)) as pairs_both,
        sum(before_named * (before_n - 1)) as before_pairs_first,
        sum(before_named * (before_named - 1)) as before_pairs_both,
        sum(named * before_n) as across_first,
        sum(n * before_named) as across_second,
        sum(named * before_named) as across_both,
    from company_named
    join company_leads on company_leads.company_number = company_named.company_number
        and company_leads.dimension_number = company_named.dimension_number
        and company_leads.segment is not distinct from company_named.segment
        and company_leads.stage_rank is not distinct from company_named.stage_rank
        and company_leads.way is not distinct from company_named.way
    group by
        company_named.dimension_number,
        company_named.segment,
        company_named.stage_rank,
        company_named.way,
        company_named.reason
)
select
    named_by.*,
    leads_by.n,
    leads_by.before_n,
    pairs.* exclude (dimension_number, segment, stage_rank, way),
    named_pairs.* exclude (dimension_number, segment, stage_rank, way, reason),
from named_by
join leads_by on leads_by.dimension_number = named_by.dimension_number
    and leads_by.segment is not distinct from named_by.segment
    and leads_by.stage_rank is not distinct from named_by.stage_rank
    and leads_by.way is not distinct from named_by.way
left join pairs on pairs.dimension_number = named_by.dimension_number
    and pairs.segment is not distinct from named_by.segment
    and pairs.stage_rank is not distinct from named_by.stage_rank
    and pairs.way is not distinct from named_by.way
left join named_pairs on named_pairs.dimension_number = named_by.dimension_number
    and named_pairs.segment is not distinct from named_by.segment
    and named_pairs.stage_rank is not distinct from named_by.stage_rank
    and named_pairs.way is not distinct from named_by.way
    and named_pairs.reason = named_by.reason
