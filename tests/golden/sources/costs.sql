-- The view: all leads

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $customer_stage = 'won'
-- $lead_stage = 'lead'
-- $opportunity_stage = 'opportunity'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $prospect_stage = 'sal'
-- $screening = 1
-- $unusable = ['disqualified']
-- How many leads of each segment reached each group of the pipeline, how many were unusable, and
-- how many screening found usable.
-- Grain: one row per segment. unusable: leads that were in an exit of unusable leads at as_of;
-- usable: leads that screening found nothing against; unscreened: those without a verdict. A group
-- that the pipeline does not have is null in its parameter, and no lead has reached it.
-- And the ordered pairs of leads of one company. pairs: any two; customer_pairs: two customers;
-- across, across_customers: the same with one of another segment. Null where there are none.
-- Parameters: those of the scope; $lead_stage, $prospect_stage, $opportunity_stage, $customer_stage
-- (the stages that open the groups); $unusable (the exits of unusable leads); $screening (the place
-- of the verdict in parts, null where no lead has one).
with scope as (
    select
        lead_number,
        company_number as company_number,
        "source" as segment,
        stage,
        stage_rank,
        imputed,
        created_at as entered_at,
        reached_at as reached_at,
        seconds_since_entry as seconds,
        case when group_next_at is not null then group_next_at end as moved_on_at,
        exited_at as out_at,
        out_at is not null or false as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
        cast(["screening"] as varchar[]) as parts,
        cast(null as varchar) as part_0,
        "screening" as part_1,
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
        and opens_group
),
departures as (
    select
        lead_number,
        stage as way_out,
        row_number() over (partition by lead_number order by visit_number desc) as place_from_last,
    from exits
    where entered_at <= $as_of
),
discarded as (
    select lead_number from departures
    where place_from_last = 1 and list_contains($unusable, way_out)
),
segments as (
    select
        scope.segment,
        count(*) filter (where scope.stage = $lead_stage) as leads,
        count(*) filter (
            where
                scope.stage = $lead_stage
                and scope.out_at is not null
                and discarded.lead_number is not null
        ) as unusable,
        count(*) filter (
            where
                scope.stage = $lead_stage
                and list_extract(scope.parts, cast($screening as bigint)) = 'ok'
        ) as usable,
        count(*) filter (
            where
                scope.stage = $lead_stage
                and list_extract(scope.parts, cast($screening as bigint)) is null
        ) as unscreened,
        count(*) filter (where scope.stage = $prospect_stage) as prospects,
        count(*) filter (where scope.stage = $opportunity_stage) as opportunities,
        count(*) filter (where scope.stage = $customer_stage) as customers,
    from scope
    left join discarded on discarded.lead_number = scope.lead_number
    group by scope.segment
),
companies as (
    select
        segment,
        company_number,
        cast(count(*) filter (where stage = $lead_stage) as double) as leads,
        cast(count(*) filter (where stage = $customer_stage) as double) as customers,
    from scope
    where company_number is not null
    group by segment, company_number
),
together as (
    select
        *,
        sum(leads) over (partition by company_number) - leads as others,
        sum(customers) over (partition by company_number) - customers as other_customers,
    from companies
),
pairs as (
    select
        segment,
        sum(leads * (leads - 1)) as pairs,
        sum(customers * (customers - 1)) as customer_pairs,
        sum(leads * others) as across,
        sum(customers * other_customers) as across_customers,
    from together
    group by segment
)
select
    segments.*,
    pairs.* exclude (segment),
from segments
left join pairs on pairs.segment is not distinct from segments.segment
order by segments.leads desc, segments.segment
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $end_stage = 'won'
-- $entry_stage = 'lead'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $window_seconds = null
-- What became of the leads on their way from entry to a step, and after how long.
-- Grain: one row per segment and outcome ('advanced', 'lost', 'open'). seconds: how long after its
-- entry that was for each of its leads, in no order; company_seconds, companies: the same of those
-- that share a company with others, and its number. A lead has advanced when it reached the step,
-- however it ended later.
-- Parameters: those of the scope; $entry_stage, $end_stage (the stages that open the two steps).
with scope as (
    select
        lead_number,
        company_number as company_number,
        "source" as segment,
        stage,
        stage_rank,
        imputed,
        created_at as entered_at,
        reached_at as reached_at,
        seconds_since_entry as seconds,
        case when group_next_at is not null then group_next_at end as moved_on_at,
        exited_at as out_at,
        out_at is not null or false as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
        and opens_group
),
arrived as (
    select
        lead_number,
        company_number,
        segment,
        'advanced' as outcome,
        seconds,
    from scope
    where stage = $end_stage
),
on_the_way as (
    select
        lead_number,
        company_number,
        segment,
        case when is_over then 'lost' else 'open' end as outcome,
        date_diff('microsecond', entered_at, coalesce(out_at, $as_of)) / 1e6 as staying,
    from scope
    where stage = $entry_stage and lead_number not in (select lead_number from arrived)
),
fates as (
    select
        company_number,
        segment,
        outcome,
        seconds,
    from arrived
    union all
    select
        company_number,
        segment,
        outcome,
        least(staying, coalesce($window_seconds, staying)) as seconds,
    from on_the_way
),
lengths as (
    select
        segment,
        outcome,
        array_agg(seconds) as seconds,
        -- Together, so that the one list is in the order of the other.
        array_agg({'company': company_number, 'seconds': seconds})
            filter (where company_number is not null) as members,
    from fates
    group by segment, outcome
)
select
    segment,
    outcome,
    seconds,
    coalesce(list_transform(members, lambda member: member.seconds), []) as company_seconds,
    coalesce(list_transform(members, lambda member: member.company), []) as companies,
from lengths
order by segment, outcome
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $shown_end = timestamp '2026-10-31 17:00:00'
-- $shown_start = timestamp '2024-10-31 17:00:00'
-- What became of leads that reached a step, and after how long, in all of the data, and whether they
-- entered in a period.
-- Grain: one row per segment, step, outcome ('advanced', 'lost', 'open') and whether the leads entered
-- in the period (is_shown). seconds: how long each of them waited for it, in no order.
-- Parameters: those of the scope; $shown_start, $shown_end (the period).
with scope as (
    select
        lead_number,
        company_number as company_number,
        "source" as segment,
        stage,
        stage_rank,
        imputed,
        created_at as entered_at,
        reached_at as reached_at,
        seconds_since_entry as seconds,
        case when next_at is not null then next_at end as moved_on_at,
        exited_at as out_at,
        out_at is not null or false as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
),
fates as (
    select
        segment,
        stage,
        outcome,
        waited,
        entered_at >= $shown_start and entered_at < $shown_end as is_shown,
    from scope
),
lengths as (
    select
        segment,
        stage,
        outcome,
        is_shown,
        array_agg(waited) as seconds,
    from fates
    group by segment, stage, outcome, is_shown
)
select * from lengths
order by segment, stage, outcome, is_shown
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $currency = 'VND'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $stage = 'won'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- What the leads that reached a step are worth, in the currency of the store.
-- Grain: one row per segment with any of them. value: the sum of the known amounts, each at the
-- rate of the day the lead reached the step; without_amount: how many have no amount, or no rate.
-- Parameters: those of the scope, worths; $stage (the one that opens the step).
with scope as (
    select
        lead_number,
        company_number as company_number,
        "source" as segment,
        stage,
        stage_rank,
        imputed,
        created_at as entered_at,
        reached_at as reached_at,
        seconds_since_entry as seconds,
        case when group_next_at is not null then group_next_at end as moved_on_at,
        exited_at as out_at,
        out_at is not null or false as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
        and opens_group
),
worths as (
    select
        scope.*,
        leads.amount * exchange.rate as value,
    from scope
    join leads on leads.lead_number = scope.lead_number
    left join exchange
        on exchange.currency = coalesce(leads.currency, $currency)
        and exchange.day = cast(timezone($time_zone, timezone('UTC', scope.reached_at)) as date)
),
segments as (
    select
        segment,
        sum(value) as value,
        count(*) - count(value) as without_amount,
    from worths
    where stage = $stage
    group by segment
)
select * from segments
order by segment
;

-- $by = 'source'
-- $first_day = null
-- $in_campaign = null
-- $in_channel = null
-- $in_source = null
-- $known_campaign = false
-- $known_channel = false
-- $known_source = false
-- $last_day = date '2026-10-31'
-- $named = null
-- $no_campaign = false
-- $no_channel = false
-- $no_source = false
-- $not_campaign = []
-- $not_channel = []
-- $not_source = []
-- $only_campaign = null
-- $only_channel = null
-- $only_source = null
-- $others = '(other)'
-- $out_campaign = null
-- $out_channel = null
-- $out_source = null
-- What was spent on each segment in the days of a period.
-- Grain: one row per segment that anything was spent on. amount, in the currency of the store, is
-- null when any part of it is unknown.
-- Parameters: $by ('source', 'channel' or 'campaign'); $first_day (null for no beginning) and
-- $last_day, both included; by dimension the values kept (null for all of them) and whether the
-- missing one is: $in_source, $no_source, $in_channel, $no_channel, $in_campaign, $no_campaign; the
-- values left out and whether the missing one is: $not_source, $known_source, $not_channel,
-- $known_channel, $not_campaign, $known_campaign. Where those that go together are kept, the values
-- that do not: $out_source, $out_channel, $out_campaign; where they are left out, the same:
-- $only_source, $only_channel, $only_campaign; else null. $named: the values that are segments of
-- their own, null for all; $others: the segment of all others.
with chosen as (
    select
        case $by
            when 'source' then source
            when 'channel' then channel
            when 'campaign' then campaign
        end as value,
        amount,
    from costs
    where day <= $last_day
        and (cast($first_day as date) is null or day >= $first_day)
        and (
            cast($in_source as varchar[]) is null
            or list_contains($in_source, source)
            or (source is null and $no_source)
            or not list_contains(cast($out_source as varchar[]), source)
        )
        and coalesce(not list_contains(cast($not_source as varchar[]), source), not $known_source)
        and coalesce(list_contains(cast($only_source as varchar[]), source), true)
        and (
            cast($in_channel as varchar[]) is null
            or list_contains($in_channel, channel)
            or (channel is null and $no_channel)
            or not list_contains(cast($out_channel as varchar[]), channel)
        )
        and coalesce(not list_contains(cast($not_channel as varchar[]), channel), not $known_channel)
        and coalesce(list_contains(cast($only_channel as varchar[]), channel), true)
        and (
            cast($in_campaign as varchar[]) is null
            or list_contains($in_campaign, campaign)
            or (campaign is null and $no_campaign)
            or not list_contains(cast($out_campaign as varchar[]), campaign)
        )
        and coalesce(not list_contains(cast($not_campaign as varchar[]), campaign), not $known_campaign)
        and coalesce(list_contains(cast($only_campaign as varchar[]), campaign), true)
),
named as (
    select
        case
            when value is null or cast($named as varchar[]) is null then value
            when list_contains($named, value) then value
            else $others
        end as segment,
        amount,
    from chosen
),
segments as (
    select
        segment,
        case when count(amount) = count(*) then sum(amount) end as amount,
    from named
    group by segment
)
select * from segments
order by segment nulls last
;

-- The view: by=campaign&period=last-180d&source=facebook_ads

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $customer_stage = 'won'
-- $in_source = ['facebook_ads']
-- $lead_stage = 'lead'
-- $opportunity_stage = 'opportunity'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2026-05-04 17:00:00'
-- $prospect_stage = 'sal'
-- $screening = 1
-- $unusable = ['disqualified']
-- How many leads of each segment reached each group of the pipeline, how many were unusable, and
-- how many screening found usable.
-- Grain: one row per segment. unusable: leads that were in an exit of unusable leads at as_of;
-- usable: leads that screening found nothing against; unscreened: those without a verdict. A group
-- that the pipeline does not have is null in its parameter, and no lead has reached it.
-- And the ordered pairs of leads of one company. pairs: any two; customer_pairs: two customers;
-- across, across_customers: the same with one of another segment. Null where there are none.
-- Parameters: those of the scope; $lead_stage, $prospect_stage, $opportunity_stage, $customer_stage
-- (the stages that open the groups); $unusable (the exits of unusable leads); $screening (the place
-- of the verdict in parts, null where no lead has one).
with scope as (
    select
        lead_number,
        company_number as company_number,
        "campaign" as segment,
        stage,
        stage_rank,
        imputed,
        created_at as entered_at,
        reached_at as reached_at,
        seconds_since_entry as seconds,
        case when group_next_at is not null then group_next_at end as moved_on_at,
        exited_at as out_at,
        out_at is not null or false as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
        cast(["screening"] as varchar[]) as parts,
        cast(null as varchar) as part_0,
        "screening" as part_1,
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
        and opens_group
        and list_contains($in_source, "source")
),
departures as (
    select
        lead_number,
        stage as way_out,
        row_number() over (partition by lead_number order by visit_number desc) as place_from_last,
    from exits
    where entered_at <= $as_of
),
discarded as (
    select lead_number from departures
    where place_from_last = 1 and list_contains($unusable, way_out)
),
segments as (
    select
        scope.segment,
        count(*) filter (where scope.stage = $lead_stage) as leads,
        count(*) filter (
            where
                scope.stage = $lead_stage
                and scope.out_at is not null
                and discarded.lead_number is not null
        ) as unusable,
        count(*) filter (
            where
                scope.stage = $lead_stage
                and list_extract(scope.parts, cast($screening as bigint)) = 'ok'
        ) as usable,
        count(*) filter (
            where
                scope.stage = $lead_stage
                and list_extract(scope.parts, cast($screening as bigint)) is null
        ) as unscreened,
        count(*) filter (where scope.stage = $prospect_stage) as prospects,
        count(*) filter (where scope.stage = $opportunity_stage) as opportunities,
        count(*) filter (where scope.stage = $customer_stage) as customers,
    from scope
    left join discarded on discarded.lead_number = scope.lead_number
    group by scope.segment
),
companies as (
    select
        segment,
        company_number,
        cast(count(*) filter (where stage = $lead_stage) as double) as leads,
        cast(count(*) filter (where stage = $customer_stage) as double) as customers,
    from scope
    where company_number is not null
    group by segment, company_number
),
together as (
    select
        *,
        sum(leads) over (partition by company_number) - leads as others,
        sum(customers) over (partition by company_number) - customers as other_customers,
    from companies
),
pairs as (
    select
        segment,
        sum(leads * (leads - 1)) as pairs,
        sum(customers * (customers - 1)) as customer_pairs,
        sum(leads * others) as across,
        sum(customers * other_customers) as across_customers,
    from together
    group by segment
)
select
    segments.*,
    pairs.* exclude (segment),
from segments
left join pairs on pairs.segment is not distinct from segments.segment
order by segments.leads desc, segments.segment
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $end_stage = 'won'
-- $entry_stage = 'lead'
-- $in_source = ['facebook_ads']
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2026-05-04 17:00:00'
-- $window_seconds = null
-- What became of the leads on their way from entry to a step, and after how long.
-- Grain: one row per segment and outcome ('advanced', 'lost', 'open'). seconds: how long after its
-- entry that was for each of its leads, in no order; company_seconds, companies: the same of those
-- that share a company with others, and its number. A lead has advanced when it reached the step,
-- however it ended later.
-- Parameters: those of the scope; $entry_stage, $end_stage (the stages that open the two steps).
with scope as (
    select
        lead_number,
        company_number as company_number,
        "campaign" as segment,
        stage,
        stage_rank,
        imputed,
        created_at as entered_at,
        reached_at as reached_at,
        seconds_since_entry as seconds,
        case when group_next_at is not null then group_next_at end as moved_on_at,
        exited_at as out_at,
        out_at is not null or false as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
        and opens_group
        and list_contains($in_source, "source")
),
arrived as (
    select
        lead_number,
        company_number,
        segment,
        'advanced' as outcome,
        seconds,
    from scope
    where stage = $end_stage
),
on_the_way as (
    select
        lead_number,
        company_number,
        segment,
        case when is_over then 'lost' else 'open' end as outcome,
        date_diff('microsecond', entered_at, coalesce(out_at, $as_of)) / 1e6 as staying,
    from scope
    where stage = $entry_stage and lead_number not in (select lead_number from arrived)
),
fates as (
    select
        company_number,
        segment,
        outcome,
        seconds,
    from arrived
    union all
    select
        company_number,
        segment,
        outcome,
        least(staying, coalesce($window_seconds, staying)) as seconds,
    from on_the_way
),
lengths as (
    select
        segment,
        outcome,
        array_agg(seconds) as seconds,
        -- Together, so that the one list is in the order of the other.
        array_agg({'company': company_number, 'seconds': seconds})
            filter (where company_number is not null) as members,
    from fates
    group by segment, outcome
)
select
    segment,
    outcome,
    seconds,
    coalesce(list_transform(members, lambda member: member.seconds), []) as company_seconds,
    coalesce(list_transform(members, lambda member: member.company), []) as companies,
from lengths
order by segment, outcome
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $in_source = ['facebook_ads']
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $shown_end = timestamp '2026-10-31 17:00:00'
-- $shown_start = timestamp '2026-05-04 17:00:00'
-- What became of leads that reached a step, and after how long, in all of the data, and whether they
-- entered in a period.
-- Grain: one row per segment, step, outcome ('advanced', 'lost', 'open') and whether the leads entered
-- in the period (is_shown). seconds: how long each of them waited for it, in no order.
-- Parameters: those of the scope; $shown_start, $shown_end (the period).
with scope as (
    select
        lead_number,
        company_number as company_number,
        "campaign" as segment,
        stage,
        stage_rank,
        imputed,
        created_at as entered_at,
        reached_at as reached_at,
        seconds_since_entry as seconds,
        case when next_at is not null then next_at end as moved_on_at,
        exited_at as out_at,
        out_at is not null or false as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
        and list_contains($in_source, "source")
),
fates as (
    select
        segment,
        stage,
        outcome,
        waited,
        entered_at >= $shown_start and entered_at < $shown_end as is_shown,
    from scope
),
lengths as (
    select
        segment,
        stage,
        outcome,
        is_shown,
        array_agg(waited) as seconds,
    from fates
    group by segment, stage, outcome, is_shown
)
select * from lengths
order by segment, stage, outcome, is_shown
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $currency = 'VND'
-- $in_source = ['facebook_ads']
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2026-05-04 17:00:00'
-- $stage = 'won'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- What the leads that reached a step are worth, in the currency of the store.
-- Grain: one row per segment with any of them. value: the sum of the known amounts, each at the
-- rate of the day the lead reached the step; without_amount: how many have no amount, or no rate.
-- Parameters: those of the scope, worths; $stage (the one that opens the step).
with scope as (
    select
        lead_number,
        company_number as company_number,
        "campaign" as segment,
        stage,
        stage_rank,
        imputed,
        created_at as entered_at,
        reached_at as reached_at,
        seconds_since_entry as seconds,
        case when group_next_at is not null then group_next_at end as moved_on_at,
        exited_at as out_at,
        out_at is not null or false as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
        and opens_group
        and list_contains($in_source, "source")
),
worths as (
    select
        scope.*,
        leads.amount * exchange.rate as value,
    from scope
    join leads on leads.lead_number = scope.lead_number
    left join exchange
        on exchange.currency = coalesce(leads.currency, $currency)
        and exchange.day = cast(timezone($time_zone, timezone('UTC', scope.reached_at)) as date)
),
segments as (
    select
        segment,
        sum(value) as value,
        count(*) - count(value) as without_amount,
    from worths
    where stage = $stage
    group by segment
)
select * from segments
order by segment
;

-- $by = 'campaign'
-- $first_day = date '2026-05-05'
-- $in_campaign = null
-- $in_channel = null
-- $in_source = ['facebook_ads']
-- $known_campaign = false
-- $known_channel = false
-- $known_source = false
-- $last_day = date '2026-10-31'
-- $named = null
-- $no_campaign = false
-- $no_channel = false
-- $no_source = false
-- $not_campaign = []
-- $not_channel = []
-- $not_source = []
-- $only_campaign = null
-- $only_channel = null
-- $only_source = null
-- $others = '(other)'
-- $out_campaign = null
-- $out_channel = null
-- $out_source = null
-- What was spent on each segment in the days of a period.
-- Grain: one row per segment that anything was spent on. amount, in the currency of the store, is
-- null when any part of it is unknown.
-- Parameters: $by ('source', 'channel' or 'campaign'); $first_day (null for no beginning) and
-- $last_day, both included; by dimension the values kept (null for all of them) and whether the
-- missing one is: $in_source, $no_source, $in_channel, $no_channel, $in_campaign, $no_campaign; the
-- values left out and whether the missing one is: $not_source, $known_source, $not_channel,
-- $known_channel, $not_campaign, $known_campaign. Where those that go together are kept, the values
-- that do not: $out_source, $out_channel, $out_campaign; where they are left out, the same:
-- $only_source, $only_channel, $only_campaign; else null. $named: the values that are segments of
-- their own, null for all; $others: the segment of all others.
with chosen as (
    select
        case $by
            when 'source' then source
            when 'channel' then channel
            when 'campaign' then campaign
        end as value,
        amount,
    from costs
    where day <= $last_day
        and (cast($first_day as date) is null or day >= $first_day)
        and (
            cast($in_source as varchar[]) is null
            or list_contains($in_source, source)
            or (source is null and $no_source)
            or not list_contains(cast($out_source as varchar[]), source)
        )
        and coalesce(not list_contains(cast($not_source as varchar[]), source), not $known_source)
        and coalesce(list_contains(cast($only_source as varchar[]), source), true)
        and (
            cast($in_channel as varchar[]) is null
            or list_contains($in_channel, channel)
            or (channel is null and $no_channel)
            or not list_contains(cast($out_channel as varchar[]), channel)
        )
        and coalesce(not list_contains(cast($not_channel as varchar[]), channel), not $known_channel)
        and coalesce(list_contains(cast($only_channel as varchar[]), channel), true)
        and (
            cast($in_campaign as varchar[]) is null
            or list_contains($in_campaign, campaign)
            or (campaign is null and $no_campaign)
            or not list_contains(cast($out_campaign as varchar[]), campaign)
        )
        and coalesce(not list_contains(cast($not_campaign as varchar[]), campaign), not $known_campaign)
        and coalesce(list_contains(cast($only_campaign as varchar[]), campaign), true)
),
named as (
    select
        case
            when value is null or cast($named as varchar[]) is null then value
            when list_contains($named, value) then value
            else $others
        end as segment,
        amount,
    from chosen
),
segments as (
    select
        segment,
        case when count(amount) = count(*) then sum(amount) end as amount,
    from named
    group by segment
)
select * from segments
order by segment nulls last
;

-- The view: conversions=all

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $customer_stage = 'won'
-- $lead_stage = 'lead'
-- $opportunity_stage = 'opportunity'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $prospect_stage = 'sal'
-- $screening = 1
-- $unusable = ['disqualified']
-- How many leads of each segment reached each group of the pipeline, how many were unusable, and
-- how many screening found usable.
-- Grain: one row per segment. unusable: leads that were in an exit of unusable leads at as_of;
-- usable: leads that screening found nothing against; unscreened: those without a verdict. A group
-- that the pipeline does not have is null in its parameter, and no lead has reached it.
-- And the ordered pairs of leads of one company. pairs: any two; customer_pairs: two customers;
-- across, across_customers: the same with one of another segment. Null where there are none.
-- Parameters: those of the scope; $lead_stage, $prospect_stage, $opportunity_stage, $customer_stage
-- (the stages that open the groups); $unusable (the exits of unusable leads); $screening (the place
-- of the verdict in parts, null where no lead has one).
with scope as (
    select
        lead_number,
        company_number as company_number,
        "source" as segment,
        stage,
        stage_rank,
        imputed,
        created_at as entered_at,
        reached_at as reached_at,
        seconds_since_entry as seconds,
        case when group_next_at is not null then group_next_at end as moved_on_at,
        exited_at as out_at,
        out_at is not null or false as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
        cast(["screening"] as varchar[]) as parts,
        cast(null as varchar) as part_0,
        "screening" as part_1,
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
        and opens_group
),
departures as (
    select
        lead_number,
        stage as way_out,
        row_number() over (partition by lead_number order by visit_number desc) as place_from_last,
    from exits
    where entered_at <= $as_of
),
discarded as (
    select lead_number from departures
    where place_from_last = 1 and list_contains($unusable, way_out)
),
segments as (
    select
        scope.segment,
        count(*) filter (where scope.stage = $lead_stage) as leads,
        count(*) filter (
            where
                scope.stage = $lead_stage
                and scope.out_at is not null
                and discarded.lead_number is not null
        ) as unusable,
        count(*) filter (
            where
                scope.stage = $lead_stage
                and list_extract(scope.parts, cast($screening as bigint)) = 'ok'
        ) as usable,
        count(*) filter (
            where
                scope.stage = $lead_stage
                and list_extract(scope.parts, cast($screening as bigint)) is null
        ) as unscreened,
        count(*) filter (where scope.stage = $prospect_stage) as prospects,
        count(*) filter (where scope.stage = $opportunity_stage) as opportunities,
        count(*) filter (where scope.stage = $customer_stage) as customers,
    from scope
    left join discarded on discarded.lead_number = scope.lead_number
    group by scope.segment
),
companies as (
    select
        segment,
        company_number,
        cast(count(*) filter (where stage = $lead_stage) as double) as leads,
        cast(count(*) filter (where stage = $customer_stage) as double) as customers,
    from scope
    where company_number is not null
    group by segment, company_number
),
together as (
    select
        *,
        sum(leads) over (partition by company_number) - leads as others,
        sum(customers) over (partition by company_number) - customers as other_customers,
    from companies
),
pairs as (
    select
        segment,
        sum(leads * (leads - 1)) as pairs,
        sum(customers * (customers - 1)) as customer_pairs,
        sum(leads * others) as across,
        sum(customers * other_customers) as across_customers,
    from together
    group by segment
)
select
    segments.*,
    pairs.* exclude (segment),
from segments
left join pairs on pairs.segment is not distinct from segments.segment
order by segments.leads desc, segments.segment
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $end_stage = 'won'
-- $entry_stage = 'lead'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $window_seconds = null
-- What became of the leads on their way from entry to a step, and after how long.
-- Grain: one row per segment and outcome ('advanced', 'lost', 'open'). seconds: how long after its
-- entry that was for each of its leads, in no order; company_seconds, companies: the same of those
-- that share a company with others, and its number. A lead has advanced when it reached the step,
-- however it ended later.
-- Parameters: those of the scope; $entry_stage, $end_stage (the stages that open the two steps).
with scope as (
    select
        lead_number,
        company_number as company_number,
        "source" as segment,
        stage,
        stage_rank,
        imputed,
        created_at as entered_at,
        reached_at as reached_at,
        seconds_since_entry as seconds,
        case when group_next_at is not null then group_next_at end as moved_on_at,
        exited_at as out_at,
        out_at is not null or false as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
        and opens_group
),
arrived as (
    select
        lead_number,
        company_number,
        segment,
        'advanced' as outcome,
        seconds,
    from scope
    where stage = $end_stage
),
on_the_way as (
    select
        lead_number,
        company_number,
        segment,
        case when is_over then 'lost' else 'open' end as outcome,
        date_diff('microsecond', entered_at, coalesce(out_at, $as_of)) / 1e6 as staying,
    from scope
    where stage = $entry_stage and lead_number not in (select lead_number from arrived)
),
fates as (
    select
        company_number,
        segment,
        outcome,
        seconds,
    from arrived
    union all
    select
        company_number,
        segment,
        outcome,
        least(staying, coalesce($window_seconds, staying)) as seconds,
    from on_the_way
),
lengths as (
    select
        segment,
        outcome,
        array_agg(seconds) as seconds,
        -- Together, so that the one list is in the order of the other.
        array_agg({'company': company_number, 'seconds': seconds})
            filter (where company_number is not null) as members,
    from fates
    group by segment, outcome
)
select
    segment,
    outcome,
    seconds,
    coalesce(list_transform(members, lambda member: member.seconds), []) as company_seconds,
    coalesce(list_transform(members, lambda member: member.company), []) as companies,
from lengths
order by segment, outcome
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $shown_end = timestamp '2026-10-31 17:00:00'
-- $shown_start = timestamp '2024-10-31 17:00:00'
-- What became of leads that reached a step, and after how long, in all of the data, and whether they
-- entered in a period.
-- Grain: one row per segment, step, outcome ('advanced', 'lost', 'open') and whether the leads entered
-- in the period (is_shown). seconds: how long each of them waited for it, in no order.
-- Parameters: those of the scope; $shown_start, $shown_end (the period).
with scope as (
    select
        lead_number,
        company_number as company_number,
        "source" as segment,
        stage,
        stage_rank,
        imputed,
        created_at as entered_at,
        reached_at as reached_at,
        seconds_since_entry as seconds,
        case when next_at is not null then next_at end as moved_on_at,
        exited_at as out_at,
        out_at is not null or false as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
    from reaches
    where created_at >= $period_start
        and created_at < $period_end
),
fates as (
    select
        segment,
        stage,
        outcome,
        waited,
        entered_at >= $shown_start and entered_at < $shown_end as is_shown,
    from scope
),
lengths as (
    select
        segment,
        stage,
        outcome,
        is_shown,
        array_agg(waited) as seconds,
    from fates
    group by segment, stage, outcome, is_shown
)
select * from lengths
order by segment, stage, outcome, is_shown
;

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $currency = 'VND'
-- $period_end = timestamp '2026-10-31 17:00:00'
-- $period_start = timestamp '2024-10-31 17:00:00'
-- $stage = 'won'
-- $time_zone = 'Asia/Ho_Chi_Minh'
-- What the wins of leads that reached a step brought, in the currency of the store, when every win
-- of a lead counts.
-- Grain: one row per segment with any of them. value: the sum of the known amounts, each at the
-- rate of the day of its win; without_amount: how many leads have none of them.
-- Parameters: those of the scope, sold; $stage (the one that opens the step).
with scope as (
    select
        lead_number,
        company_number as company_number,
        "source" as segment,
        stage,
        stage_rank,
        imputed,
        created_at as entered_at,
        reached_at as reached_at,
        seconds_since_entry as seconds,
        case when group_next_at is not null then group_next_at end as moved_on_at,
        exited_at as out_at,
        out_at is not null or false as is_over,
        case
            when moved_on_at is not null then 'advanced'
            when is_over then 'lost'
            else 'open'
        end as outcome,
        date_diff('microsecond', reached_at, coalesce(moved_on_at, out_at, $as_of)) / 1e6 as waited,
    from (select * from reaches union all select * from further_wins)
    where created_at >= $period_start
        and created_at < $period_end
        and opens_group
),
sold as (
    select
        won.*,
        wins.lead_number is not null as is_known,
        wins.amount * exchange.rate as value,
    from (
        select
            *,
            row_number() over (
                partition by lead_number, stage, reached_at order by lead_number
            ) as copy,
        from scope
    ) as won
    left join wins
        on wins.lead_number = won.lead_number
        and wins.won_at = won.reached_at
        and wins.copy = won.copy
    left join exchange
        on exchange.currency = coalesce(wins.currency, $currency)
        and exchange.day = cast(timezone($time_zone, timezone('UTC', won.reached_at)) as date)
),
of_leads as (
    select
        segment,
        lead_number,
        sum(value) as value,
    from sold
    where stage = $stage
    group by segment, lead_number
),
segments as (
    select
        segment,
        sum(value) as value,
        count(*) - count(value) as without_amount,
    from of_leads
    group by segment
)
select * from segments
order by segment
;

-- $by = 'source'
-- $first_day = null
-- $in_campaign = null
-- $in_channel = null
-- $in_source = null
-- $known_campaign = false
-- $known_channel = false
-- $known_source = false
-- $last_day = date '2026-10-31'
-- $named = null
-- $no_campaign = false
-- $no_channel = false
-- $no_source = false
-- $not_campaign = []
-- $not_channel = []
-- $not_source = []
-- $only_campaign = null
-- $only_channel = null
-- $only_source = null
-- $others = '(other)'
-- $out_campaign = null
-- $out_channel = null
-- $out_source = null
-- What was spent on each segment in the days of a period.
-- Grain: one row per segment that anything was spent on. amount, in the currency of the store, is
-- null when any part of it is unknown.
-- Parameters: $by ('source', 'channel' or 'campaign'); $first_day (null for no beginning) and
-- $last_day, both included; by dimension the values kept (null for all of them) and whether the
-- missing one is: $in_source, $no_source, $in_channel, $no_channel, $in_campaign, $no_campaign; the
-- values left out and whether the missing one is: $not_source, $known_source, $not_channel,
-- $known_channel, $not_campaign, $known_campaign. Where those that go together are kept, the values
-- that do not: $out_source, $out_channel, $out_campaign; where they are left out, the same:
-- $only_source, $only_channel, $only_campaign; else null. $named: the values that are segments of
-- their own, null for all; $others: the segment of all others.
with chosen as (
    select
        case $by
            when 'source' then source
            when 'channel' then channel
            when 'campaign' then campaign
        end as value,
        amount,
    from costs
    where day <= $last_day
        and (cast($first_day as date) is null or day >= $first_day)
        and (
            cast($in_source as varchar[]) is null
            or list_contains($in_source, source)
            or (source is null and $no_source)
            or not list_contains(cast($out_source as varchar[]), source)
        )
        and coalesce(not list_contains(cast($not_source as varchar[]), source), not $known_source)
        and coalesce(list_contains(cast($only_source as varchar[]), source), true)
        and (
            cast($in_channel as varchar[]) is null
            or list_contains($in_channel, channel)
            or (channel is null and $no_channel)
            or not list_contains(cast($out_channel as varchar[]), channel)
        )
        and coalesce(not list_contains(cast($not_channel as varchar[]), channel), not $known_channel)
        and coalesce(list_contains(cast($only_channel as varchar[]), channel), true)
        and (
            cast($in_campaign as varchar[]) is null
            or list_contains($in_campaign, campaign)
            or (campaign is null and $no_campaign)
            or not list_contains(cast($out_campaign as varchar[]), campaign)
        )
        and coalesce(not list_contains(cast($not_campaign as varchar[]), campaign), not $known_campaign)
        and coalesce(list_contains(cast($only_campaign as varchar[]), campaign), true)
),
named as (
    select
        case
            when value is null or cast($named as varchar[]) is null then value
            when list_contains($named, value) then value
            else $others
        end as segment,
        amount,
    from chosen
),
segments as (
    select
        segment,
        case when count(amount) = count(*) then sum(amount) end as amount,
    from named
    group by segment
)
select * from segments
order by segment nulls last
;
