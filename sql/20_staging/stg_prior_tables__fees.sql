create table if not exists stg_prior_tables__fees (
    destination_iso3 varchar not null,
    origin_iso3 varchar not null,
    share double not null,
    fee_months double not null,
    observed_to date not null,
    published_on date not null,
    origin varchar not null,
    constraint share_in_range check (share between 0 and 1),
    constraint fee_in_range check (fee_months between 0 and 60),
    primary key (destination_iso3, origin_iso3)
);
comment on table stg_prior_tables__fees is 'Recruitment fees by corridor in months of wages, supplied by the user; not redistributable; context only.';
