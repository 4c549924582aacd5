-- The view: all leads

select "source" as value, count(*) as leads from reaches where stage_rank = 0 group by all order by leads desc, value nulls last
;
