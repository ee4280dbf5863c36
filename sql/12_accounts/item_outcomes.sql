-- The outcome for each figure that items are made of: used, replaced by a better one of the filing,
-- or not taken because figures of one tag contradict each other.
with used as (
    select distinct i.adsh, i.currency as uom, i.period_end, t.tag, t.is_flow,
        t.taxonomy = 'ifrs-full' as is_ifrs
    from items as i
    join terms as t using (taxonomy, item, choice, formula)
)
select
    case
        when f.value is null then 'contradicted'
        when u.tag is not null then 'used'
        else 'replaced'
    end as outcome,
    count(*) as rows
from reported as r
join facts as f
    on f.adsh = r.adsh and f.uom = r.uom and f.period_end = r.period_end and f.tag = r.tag
    and f.is_flow = r.is_flow and f.is_ifrs is not distinct from r.is_ifrs
left join used as u
    on u.adsh = r.adsh and u.uom = r.uom and u.period_end = r.period_end and u.tag = r.tag
    and u.is_flow = r.is_flow and u.is_ifrs = r.is_ifrs
where isfinite(r.value)
group by outcome;
