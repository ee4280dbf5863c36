-- Changes the buyer asked for after an order was bound; earlier ones are negotiation.
create table judged_changes as
select
    raw.source_file,
    raw.source_row,
    raw.changed_on,
    orders.supplier_number,
    coalesce(lower(raw.initiated_by), 'buyer') = 'buyer' and raw.changed_on > orders.bound_on
        as is_counted,
    case
        when raw.fault is not null then raw.fault
        when raw.order_id is null then 'order_id_is_given'
        when raw.changed_on is null then 'changed_on_is_given'
        when lower(raw.initiated_by) not in ('buyer', 'supplier') then 'initiated_by_is_known'
        when orders.order_id is null then 'order_is_known'
        when raw.changed_on < orders.ordered_on then 'changed_on_or_after_order'
    end as rule
from raw_order_changes as raw
left join ledger_orders as orders on orders.order_id = raw.order_id
where raw.changed_on is null or raw.changed_on <= (select as_of from ledger_settings);

create table change_months as
select
    supplier_number,
    cast(date_trunc('month', changed_on) as date) as month,
    count(*) as changes
from judged_changes
where rule is null and is_counted
group by all;
