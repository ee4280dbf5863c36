-- Invoices, what was credited on them and what was paid by five days after they were due.
create table judged_invoices as
with dated as (
    select
        raw.* exclude (due_on, kind),
        coalesce(raw.due_on, raw.issued_on + cast(raw.terms_days as integer)) as due_on,
        coalesce(lower(raw.kind), 'invoice') as kind,
        suppliers.supplier_number,
        case when raw.currency is null or raw.currency = reporting_currency then 1.0
             else rates.rate end as rate
    from (select * replace (upper(currency) as currency) from raw_invoices) as raw
    cross join ledger_settings
    left join ledger_suppliers as suppliers on suppliers.supplier_id = raw.supplier_id
    left join daily_rates as rates on rates.currency = raw.currency and rates.day = raw.issued_on
    where raw.issued_on is null or raw.issued_on <= as_of
)
select
    *,
    case
        when fault is not null then fault
        when invoice_id is null then 'invoice_id_is_given'
        when supplier_id is null then 'supplier_id_is_given'
        when issued_on is null then 'issued_on_is_given'
        when amount is null then 'amount_is_given'
        when kind not in ('invoice', 'credit_note', 'chargeback') then 'kind_is_known'
        when not isfinite(amount) or (kind = 'invoice' and amount <= 0) then 'amount_is_positive'
        when kind = 'invoice' and due_on is null then 'due_date_is_given'
        when kind = 'invoice' and due_on < issued_on then 'due_on_or_after_issue'
        when supplier_number is null then 'supplier_is_listed'
        when rate is null then 'currency_has_a_rate'
    end as rule
from dated;

-- A number that is there twice: the first one in the order of the files is used.
create table repeated_invoices as
select source_file, source_row
from (
    select
        source_file,
        source_row,
        row_number() over (partition by invoice_id order by source_file, source_row) as place
    from judged_invoices
    where rule is null and invoice_id in (
        select invoice_id from judged_invoices where rule is null
        group by invoice_id having count(*) > 1
    )
)
where place > 1;

create table ledger_invoices as
select
    invoice_id, supplier_number, kind, issued_on, due_on, credits_invoice_id, currency, rate,
    abs(amount) as amount, abs(amount) * rate as value
from judged_invoices as judged
where rule is null and not exists (
    select 1 from repeated_invoices as repeated
    where repeated.source_file = judged.source_file and repeated.source_row = judged.source_row
);
