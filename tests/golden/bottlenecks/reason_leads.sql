-- The view: all leads

-- $as_of = timestamp '2026-10-31 15:07:41'
-- $currency = 'VND'
-- $last_stage = 'won'
-- $left_rank = 4
-- $now_end = timestamp '2026-10-31 17:00:00'
-- $now_start = timestamp '2026-08-01 17:00:00'
-- $reason = 'price'
-- $way = 'lost'
-- The leads that left or went back for a reason, each by its last end of that kind now.
-- Grain: one row per lead, the latest first. state: the exit, or the stage that it went back to;
-- reasons: the kinds, parted by `;`, null where none is known; written: the same as files have it.
-- Parameters: those of the scope; $now_start, $now_end; $left_rank (of the stage left, null for every
-- one), $way (as in reasons.sql), $reason (a kind; null for all leads).
with scope as (
    select
        lead_number,
        company_number as company_number,
        visit_number,
        stage,
        stage_rank,
        outcome,
        next_stage,
        left_at as gone_at,
        cast(reasons as varchar[]) as reasons,
    from stays
    where outcome <> 'advanced'
        and left_at <= $as_of
        and stage <> $last_stage
),
ended as (
    select
        lead_number,
        visit_number,
        stage,
        next_stage,
        gone_at,
        reasons,
    from scope
    where gone_at >= $now_start
        and gone_at < $now_end
        and ($left_rank is null or stage_rank = $left_rank)
        and case
            when $way is null then outcome = 'lost'
            when $way = '~back' then outcome = 'went_back'
            else outcome = 'lost' and cast(next_stage as varchar) = $way
        end
),
chosen as (
    select *,
    from ended
    qualify visit_number = max(visit_number) over (partition by lead_number)
)
select
    leads.lead_id,
    leads.company,
    leads.name,
    leads.phone,
    leads.source,
    leads.owner,
    leads.team,
    leads.amount,
    coalesce(leads.currency, $currency) as currency,
    chosen.stage,
    chosen.next_stage as state,
    chosen.gone_at,
    array_to_string(chosen.reasons, ';') as reasons,
    written.reason as written,
from chosen
join leads on leads.lead_number = chosen.lead_number
left join (
    select
        lead_number,
        visit_number,
        string_agg(reason, '; ' order by reason) as reason,
    from given_reasons
    group by lead_number, visit_number
) as written on written.lead_number = chosen.lead_number
    and written.visit_number = chosen.visit_number + 1
where $reason is null or list_contains(coalesce(chosen.reasons, ['unknown']), $reason)
order by gone_at desc, lead_id
;
