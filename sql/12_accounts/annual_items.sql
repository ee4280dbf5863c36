-- The yearly items and balances of one quarter of the SEC's Financial Statement Data Sets.
-- Parameters: forms (regular expression), all_companies. Registered beforehand: submissions and
-- numbers (sub.txt and num.txt as text), terms (tags by item, with the rank of each choice) and
-- wanted (CIK).
with filings as (
    select adsh, lpad(cik, 10, '0') as cik, strptime(filed, '%Y%m%d')::date as filed
    from submissions
    where regexp_matches(form, $forms)
      and ($all_companies or lpad(cik, 10, '0') in (select cik from wanted))
),
reported as (
    select
        n.adsh,
        n.uom,
        strptime(n.ddate, '%Y%m%d')::date as period_end,
        n.qtrs = '4' as is_flow,
        n.version[:3] = 'ifr' as is_ifrs,
        n.tag,
        try_cast(n.value as double) as value
    from numbers as n
    where n.qtrs in ('0', '4')
        and n.coreg is null
        and n.segments is null
        and n.tag in (select tag from terms)
        and n.adsh in (select adsh from filings)
        and length(n.uom) = 3
),
-- Several figures of one tag: a rounded one gives way to the precise one, of totals the largest
-- holds the others, and of anything else no choice is made.
precise as (
    select distinct
        *,
        length(regexp_extract(cast(cast(abs(value) as hugeint) as varchar), '0*$')) as zeros
    from reported
    where isfinite(value)
),
facts as (
    select
        adsh, uom, period_end, is_flow, is_ifrs, tag,
        case
            when max(value) - min(value) <= 0.005 * max(abs(value)) then arg_min(value, zeros)
            when tag in (select tag from terms where is_total) then arg_max(value, abs(value))
        end as value
    from precise
    group by adsh, uom, period_end, is_flow, is_ifrs, tag
),
own as (
    select adsh, arg_max(uom, figures) as uom
    from (select adsh, uom, count(*) as figures from facts group by all)
    group by adsh
),
sums as (
    select
        f.adsh, f.uom, f.period_end, t.taxonomy, t.item, t.choice, t.formula,
        any_value(t.is_total) as is_total,
        any_value(t.is_weak) as is_weak,
        sum(t.sign * f.value) as value
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
    g.filed as published_on
from chosen as s
join filings as g using (adsh)
where s.place = 1 and g.filed >= s.period_end;
