-- The usual lead time: the median of a supplier and category over the two years before the
-- window, from six lines on.
create table usual_leads as
select supplier_number, category, median(greatest(lead_days, 1)) as usual_days
from ledger_lines, ledger_window
where month < window_start and lead_days is not null
group by supplier_number, category
having count(*) >= (select least_orders from ledger_settings);

create table category_months as
select
    supplier_number,
    category,
    month,
    count(*) as lines,
    exact_sum(value) as ordered_value,
    exact_sum(value * cancelled_quantity / quantity) as cancelled_value,
    exact_sum(case when lead_days is not null then value end) as lead_value,
    exact_sum(case when lead_days is not null then value * ln(greatest(lead_days, 1)) end)
        as lead_log_value,
    exact_sum(case when lead_days is not null and agreed_lead_days is not null then value end)
        as agreed_value,
    exact_sum(case when lead_days < rush_share_of_agreed * agreed_lead_days then value end)
        as rush_value
from ledger_lines, ledger_settings
group by supplier_number, category, month;

create table order_months as
select
    months.supplier_number,
    months.month,
    cast(sum(lines) as bigint) as lines,
    exact_sum(ordered_value) as ordered_value,
    exact_sum(cancelled_value) as cancelled_value,
    exact_sum(case when usual_days is not null then lead_value end) as lead_value,
    exact_sum(
        case when usual_days is not null then lead_log_value - ln(usual_days) * lead_value end
    ) as lead_log_ratio_value,
    exact_sum(agreed_value) as agreed_value,
    exact_sum(case when agreed_value > 0 then coalesce(rush_value, 0.0) end) as rush_value
from category_months as months
left join usual_leads as usual
    on usual.supplier_number = months.supplier_number
    and usual.category is not distinct from months.category
group by months.supplier_number, months.month;
