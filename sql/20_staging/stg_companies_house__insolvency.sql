create table if not exists stg_companies_house__insolvency (
    company_number varchar not null,
    case_number varchar not null,
    case_type varchar not null,
    event varchar not null,
    event_on date not null,
    seen_to date not null,
    observed_to date not null,
    published_on date not null,
    origin varchar not null,
    constraint known_after_it_was check (published_on >= observed_to),
    primary key (company_number, case_number, event, event_on)
);
comment on table stg_companies_house__insolvency is 'Dates of insolvency cases; never who acts in them.';
comment on column stg_companies_house__insolvency.published_on is 'The event and the longest term for its notice to the register.';
comment on column stg_companies_house__insolvency.seen_to is 'Day on which the register was seen: up to it a case without an end was open.';
