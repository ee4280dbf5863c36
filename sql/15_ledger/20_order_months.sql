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
    sum(value) as ordered_value,
    sum(value * cancelled_quantity / quantity) as cancelled_value,
    sum(value) filter (lead_days is not null) as lead_value,
    sum(value * ln(greatest(lead_days, 1))) filter (lead_days is not null) as lead_log_value,
    sum(value) filter (lead_days is not null and agreed_lead_days is not null) as agreed_value,
    sum(value) filter (lead_days < rush_share_of_agreed * agreed_lead_days) as rush_value
from ledger_lines, ledger_settings
group by supplier_number, category, month;

create table order_months as
select
    months.supplier_number,
    months.month,
    cast(sum(lines) as bigint) as lines,
    sum(ordered_value) as ordered_value,
    sum(cancelled_value) as cancelled_value,
    sum(lead_value) filter (usual_days is not null) as lead_value,
    sum(lead_log_value - ln(usual_days) * lead_value)
        filter (usual_days is not null) as lead_log_ratio_value,
    sum(agreed_value) as agreed_value,
    sum(case when agreed_value > 0 then coalesce(rush_value, 0.0) end) as rush_value
from category_months as months
left join usual_leads as usual
    on usual.supplier_number = months.supplier_number
    and usual.category is not distinct from months.category
group by months.supplier_number, months.month;
