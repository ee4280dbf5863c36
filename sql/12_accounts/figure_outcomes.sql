-- The outcome for each row of num.txt before items are made of it. Registered beforehand: filings,
-- numbers (as text) and terms.
select
    case
        when adsh not in (select adsh from filings) then 'not_asked_for'
        when coreg is not null or segments is not null then 'of_a_part'
        when qtrs not in ('0', '4') or tag not in (select tag from terms) or length(uom) <> 3
            then 'of_no_item'
        when value is null then 'empty'
        when not coalesce(isfinite(try_cast(value as double)), false) then 'not_a_number'
        else 'figure'
    end as outcome,
    count(*) as rows
from numbers
group by outcome;
