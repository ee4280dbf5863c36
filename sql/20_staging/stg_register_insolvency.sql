create table if not exists stg_register_insolvency (
    register varchar not null,
    country_iso3 varchar not null,
    company_number varchar not null,
    case_type varchar not null,
    opened_on date not null,
    seen_to date not null,
    observed_to date not null,
    published_on date not null,
    origin varchar not null,
    constraint known_after_it_was check (published_on >= observed_to),
    constraint seen_after_it_opened check (seen_to >= opened_on),
    primary key (register, company_number)
);
comment on table stg_register_insolvency is 'Insolvency cases that national registers show as open; never who acts in them.';
comment on column stg_register_insolvency.seen_to is 'Day on which the register was seen: up to it the case was open.';
