-- Which segments lie within others: nearly all of their visits to a stage are the other's as well.
-- Grain: one row per stage, segment and segment of another dimension around it. dimension_number,
-- segment: which dimension of those asked for, from 1, and its value; other_number, other_segment:
-- those of the segment around it; n, shared: the visits of the segment that began now, and those of
-- them that are the other's.
-- Parameters: those of the scope, with parts; of each stage $ranks, $now_starts, $now_ends (instants,
-- the ends not included); $share (a fraction): how much of n is nearly all.
with windows as (
    select
        unnest($ranks) as stage_rank,
        unnest($now_starts) as now_start,
        unnest($now_ends) as now_end,
),
combined as (
    select
        scope.stage_rank,
        columns('^part_[1-9]'),
        count(*) as visits,
    from scope
    join windows on windows.stage_rank = scope.stage_rank
    where scope.entered_at >= windows.now_start and scope.entered_at < windows.now_end
    group by all
),
listed as (
    select
        stage_rank,
        visits,
        [*columns('^part_')] as parts,
    from combined
),
parted as (
    select
        *,
        unnest(parts) as segment,
        unnest(range(1, len(parts) + 1)) as dimension_number,
    from listed
),
sizes as (
    select
        stage_rank,
        dimension_number,
        segment,
        sum(visits) as n,
    from parted
    group by stage_rank, dimension_number, segment
),
paired as (
    select
        stage_rank,
        dimension_number,
        segment,
        visits,
        unnest(parts) as other_segment,
        unnest(range(1, len(parts) + 1)) as other_number,
    from parted
),
shared as (
    select
        stage_rank,
        dimension_number,
        segment,
        other_number,
        other_segment,
        sum(visits) as shared,
    from paired
    where dimension_number <> other_number
    group by stage_rank, dimension_number, segment, other_number, other_segment
)
select
    shared.*,
    sizes.n,
from shared
join sizes
    on sizes.stage_rank = shared.stage_rank
    and sizes.dimension_number = shared.dimension_number
    and sizes.segment is not distinct from shared.segment
where shared.shared >= $share * sizes.n
