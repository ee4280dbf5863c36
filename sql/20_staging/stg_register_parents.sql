create table if not exists stg_register_parents (
    register varchar not null,
    register_id varchar not null,
    relation varchar not null,
    parent_id varchar,
    parent_name varchar,
    exception varchar,
    observed_to date not null,
    published_on date not null,
    origin varchar not null,
    constraint known_relation check (relation in ('direct', 'ultimate')),
    constraint parent_or_exception check (parent_id is not null or exception is not null),
    constraint known_after_it_was check (published_on >= observed_to),
    primary key (register, register_id, relation)
);
comment on table stg_register_parents is 'Who consolidates a company in its accounts (GLEIF level 2), or why it does not say.';
