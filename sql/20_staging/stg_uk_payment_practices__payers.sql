create table if not exists stg_uk_payment_practices__payers (
    company_number varchar not null,
    period_end date not null,
    reports bigint,
    days_to_pay double,
    late_share double not null,
    over_60_days_share double,
    observed_to date not null,
    published_on date not null,
    origin varchar not null,
    constraint late_share_is_a_share check (late_share between 0 and 1),
    constraint known_after_it_ended check (published_on >= observed_to),
    constraint reports_not_negative check (reports >= 0),
    constraint days_to_pay_in_range check (days_to_pay between 0 and 3660),
    constraint over_60_days_is_a_share check (over_60_days_share between 0 and 1),
    primary key (company_number, period_end, published_on)
);
comment on table stg_uk_payment_practices__payers is 'How UK buyers report that they pay; "all" is the median of the whole register in a year.';
comment on column stg_uk_payment_practices__payers.late_share is 'Share of invoices not paid within agreed terms, by number and not by value.';
