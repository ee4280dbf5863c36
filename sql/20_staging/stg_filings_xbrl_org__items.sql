create table if not exists stg_filings_xbrl_org__items (
    supplier_id varchar not null,
    period_start date,
    period_end date not null,
    item varchar not null,
    value double not null,
    currency varchar,
    concept varchar not null,
    is_weak boolean not null,
    observed_to date not null,
    published_on date not null,
    origin varchar not null,
    constraint value_is_finite check (isfinite(value)),
    constraint known_after_it_ended check (published_on >= observed_to),
    constraint starts_before_it_ends check (period_start is null or period_start < period_end),
    primary key (supplier_id, item, concept, period_end, published_on, origin)
);
comment on table stg_filings_xbrl_org__items is 'Items of accounts: one figure of one statement as filed on one day.';
comment on column stg_filings_xbrl_org__items.is_weak is 'The concept is a weak substitute for the item; stderr widens.';
