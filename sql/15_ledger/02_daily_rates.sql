-- Dated rates, made dense: a quotation holds until the next one, at most rate_valid_days.
create table judged_rates as
select
    source_file,
    source_row,
    upper(trim(currency)) as currency,
    quoted_on,
    rate,
    case
        when fault is not null then fault
        when currency is null then 'currency_is_given'
        when quoted_on is null then 'quoted_on_is_given'
        when rate is null or not isfinite(rate) or rate <= 0 then 'rate_is_positive'
        when row_number() over (
            partition by upper(trim(currency)), quoted_on order by source_file, source_row
        ) > 1 then 'rate_is_unique'
    end as rule
from raw_rates;

create table daily_rates as
with spans as (
    select
        currency,
        quoted_on,
        rate,
        lead(quoted_on) over (partition by currency order by quoted_on) as next_on
    from judged_rates
    where rule is null and quoted_on <= (select as_of from ledger_settings)
)
select
    currency,
    cast(unnest(generate_series(
        quoted_on,
        least(coalesce(next_on - 1, quoted_on + rate_valid_days), quoted_on + rate_valid_days),
        interval 1 day
    )) as date) as day,
    rate
from spans, ledger_settings
where currency <> reporting_currency;
