create table if not exists stg_register_ties (
    register varchar not null,
    tie_id varchar not null,
    tie varchar not null,
    register_id varchar not null,
    other_id varchar not null,
    other_name varchar,
    least_percent double,
    most_percent double,
    has_control boolean not null,
    is_direct boolean,
    valid_from date,
    valid_to date,
    observed_to date not null,
    published_on date not null,
    origin varchar not null,
    constraint known_tie check (tie in ('owner', 'successor')),
    constraint percent_in_range check (
        (least_percent is null or least_percent between 0 and 100)
        and (most_percent is null or most_percent between 0 and 100)
    ),
    constraint known_after_it_was check (published_on >= observed_to),
    primary key (register, tie_id)
);
comment on table stg_register_ties is 'Companies that own a company, by statements of ownership, and companies that a company was merged into; never persons.';
comment on column stg_register_ties.least_percent is 'Least share in the company that the owner has; null where none is stated.';
comment on column stg_register_ties.has_control is 'Whether the owner appoints the board or controls the company by its rules.';
comment on column stg_register_ties.valid_to is 'Before valid_from where the register contradicts itself; the relation is then rejected by that rule.';
