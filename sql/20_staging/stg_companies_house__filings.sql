create table if not exists stg_companies_house__filings (
    company_number varchar not null,
    transaction_id varchar not null,
    category varchar not null,
    subcategory varchar,
    form varchar,
    description varchar,
    made_up_to date,
    observed_to date not null,
    published_on date not null,
    origin varchar not null,
    constraint known_after_it_was check (published_on >= observed_to),
    primary key (company_number, transaction_id)
);
comment on table stg_companies_house__filings is 'What companies filed, of the kinds that are about no person.';
comment on column stg_companies_house__filings.made_up_to is 'End of the period of accounts; null for other filings.';
