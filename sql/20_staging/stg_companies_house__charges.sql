create table if not exists stg_companies_house__charges (
    company_number varchar not null,
    charge_id varchar not null,
    status varchar not null,
    created_on date,
    satisfied_on date,
    contains_floating_charge boolean,
    observed_to date not null,
    published_on date not null,
    origin varchar not null,
    constraint known_after_it_was check (published_on >= observed_to),
    primary key (company_number, charge_id)
);
comment on table stg_companies_house__charges is 'Mortgages and charges over the assets of companies; never who is entitled to them.';
comment on column stg_companies_house__charges.published_on is 'Day the charge came to the register; the status is that of the day of the fetch.';
