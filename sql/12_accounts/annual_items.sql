-- The yearly items and balances of one quarter of the SEC's Financial Statement Data Sets.
-- Registered beforehand: filings (those asked for), reported (their figures) and terms (tags by
-- item, with the rank of each choice).
--
-- Several figures of one tag: a rounded one gives way to the precise one, of totals the largest
-- holds the others, and of anything else no choice is made.
create temp table facts as
with precise as (
    select distinct
        *,
        length(regexp_extract(cast(cast(abs(value) as hugeint) as varchar), '0*$')) as zeros
    from reported
    where isfinite(value)
)
select
    adsh, uom, period_end, is_flow, is_ifrs, tag,
    case
        when max(value) - min(value) <= 0.005 * max(abs(value)) then arg_min(value, zeros)
        when tag in (select tag from terms where is_total) then arg_max(value, abs(value))
    end as value
from precise
group by adsh, uom, period_end, is_flow, is_ifrs, tag;

create temp table items as
with own as (
    -- Of as many figures in two currencies the first by name, so that every run takes the same.
    select adsh, arg_min(uom, row(-figures, uom)) as uom
    from (select adsh, uom, count(*) as figures from facts group by all)
    group by adsh
),
sums as (
    select
        f.adsh, f.uom, f.period_end, t.taxonomy, t.item, t.choice, t.formula,
        any_value(t.is_total) as is_total,
        any_value(t.is_weak) as is_weak,
        -- In one order, so that every run adds up to the same bits.
        sum(t.sign * f.value order by t.tag, t.sign) as value
    from facts as f
    join own using (adsh, uom)
    join terms as t
        on t.tag = f.tag and t.is_flow = f.is_flow and (t.taxonomy = 'ifrs-full') = f.is_ifrs
    where f.value is not null
    group by all
    having count(distinct t.tag) filter (where not t.is_optional) = any_value(t.required)
),
chosen as (
    select
        *,
        row_number() over (
            partition by adsh, uom, period_end, taxonomy, item
            order by choice, case when is_total then -abs(value) end, formula
        ) as place
    from sums
)
select
    g.cik,
    s.period_end,
    s.item,
    s.uom as currency,
    s.value,
    s.taxonomy || ':' || s.formula as concept,
    s.is_weak,
    g.filed as published_on,
    s.adsh,
    s.taxonomy,
    s.choice,
    s.formula
from chosen as s
join filings as g using (adsh)
where s.place = 1 and g.filed >= s.period_end;
