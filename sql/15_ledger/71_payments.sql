-- Payments against their invoices. A payment that is rejected leaves its invoice unjudged: it must
-- not look unpaid because of a bad row.
create table judged_payments as
select
    raw.source_file,
    raw.source_row,
    invoices.rowid as invoice_number,
    raw.paid_on,
    -- In the invoice's own currency; another one goes through the rate of the day of payment.
    case
        when raw.currency is null or raw.currency is not distinct from invoices.currency
            then raw.amount
        when raw.currency = reporting_currency then raw.amount / invoices.rate
        else raw.amount * rates.rate / invoices.rate
    end as amount,
    case
        when raw.fault is not null then raw.fault
        when raw.invoice_id is null then 'invoice_id_is_given'
        when raw.paid_on is null then 'paid_on_is_given'
        when raw.amount is null then 'amount_is_given'
        when not isfinite(raw.amount) or raw.amount <= 0 then 'amount_is_positive'
        when invoices.invoice_id is null then 'invoice_is_known'
        when raw.paid_on < invoices.issued_on then 'paid_on_or_after_issue'
        when raw.currency <> reporting_currency
            and raw.currency is distinct from invoices.currency
            and rates.rate is null then 'currency_has_a_rate'
    end as rule
from (select * replace (upper(currency) as currency) from raw_payments) as raw
cross join ledger_settings
left join ledger_invoices as invoices
    on invoices.invoice_id = raw.invoice_id and invoices.kind = 'invoice'
left join daily_rates as rates on rates.currency = raw.currency and rates.day = raw.paid_on
where raw.paid_on is null or raw.paid_on <= as_of;

create table invoice_months as
with credited as (
    select credits_invoice_id as invoice_id, exact_sum(value) as value
    from ledger_invoices
    where kind = 'credit_note' and credits_invoice_id is not null
    group by credits_invoice_id
),
due as (
    select
        invoices.rowid as invoice_number,
        invoices.supplier_number,
        invoices.due_on,
        invoices.due_on - invoices.issued_on as terms_days,
        greatest(invoices.value - coalesce(credited.value, 0.0), 0.0) as payable,
        invoices.rate
    from ledger_invoices as invoices
    left join credited on credited.invoice_id = invoices.invoice_id
    cross join ledger_window
    where invoices.kind = 'invoice'
        -- What was due after the last known payment may be paid by now.
        and invoices.due_on + grace_days < payments_known_to
        and invoices.due_on between history_start and window_end
),
paid as (
    select
        due.invoice_number,
        exact_sum(payments.amount * due.rate) as value,
        exact_sum(
            case when payments.paid_on <= due.due_on + grace_days
                then payments.amount * due.rate end
        ) as on_time_value,
        exact_sum(
            case when payments.paid_on > due.due_on + grace_days
                then payments.amount * due.rate * (payments.paid_on - due.due_on) end
        ) as late_value_days,
        bool_or(payments.rule is not null) as is_unsure
    from due
    join judged_payments as payments on payments.invoice_number = due.invoice_number
    cross join ledger_settings
    group by due.invoice_number
),
settled as (
    select
        due.*,
        payable - least(payable, coalesce(on_time_value, 0.0)) as late_value,
        greatest(payable - coalesce(paid.value, 0.0), 0.0) as open_value,
        greatest(coalesce(paid.value, 0.0) - coalesce(on_time_value, 0.0), 0.0) as paid_late_value,
        coalesce(late_value_days, 0.0) as paid_late_value_days
    from due
    left join paid on paid.invoice_number = due.invoice_number
    where payable > 0 and not coalesce(is_unsure, false)
)
select
    supplier_number,
    cast(date_trunc('month', due_on) as date) as month,
    count(*) as invoices,
    exact_sum(payable) as due_value,
    exact_sum(late_value) as late_value,
    exact_sum(case when late_value > 0 then late_value
        * (paid_late_value_days + open_value * (payments_known_to - due_on))
        / (paid_late_value + open_value) else 0.0 end) as late_value_days,
    exact_sum(payable * terms_days) as terms_value_days,
    coalesce(exact_sum(case when terms_days > long_terms_days then payable end), 0.0)
        as long_terms_value
from settled, ledger_window
group by all;

create table chargeback_months as
select
    supplier_number,
    cast(date_trunc('month', issued_on) as date) as month,
    exact_sum(value) as chargeback_value
from ledger_invoices
where kind = 'chargeback'
group by all;
