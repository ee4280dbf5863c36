create table if not exists stg_companies_house__accounts_due (
    company_number varchar not null,
    next_due date not null,
    next_made_up_to date,
    last_made_up_to date,
    is_overdue boolean not null,
    observed_to date not null,
    published_on date not null,
    origin varchar not null,
    constraint known_after_it_was check (published_on >= observed_to),
    primary key (company_number)
);
comment on table stg_companies_house__accounts_due is 'By when the register waits for the next accounts of a company, as last seen.';
comment on column stg_companies_house__accounts_due.observed_to is 'Day on which the register was seen; what it waits for changes with every filing.';
