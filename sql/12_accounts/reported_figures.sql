-- The figures of one quarter of the SEC's Financial Statement Data Sets that items are made of.
-- Registered beforehand: filings (those asked for), numbers (num.txt as text) and terms (tags by
-- item).
create temp table reported as
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
    and length(n.uom) = 3;
