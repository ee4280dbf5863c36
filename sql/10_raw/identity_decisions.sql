create table if not exists identity_decisions (
    supplier_id varchar not null,
    register varchar not null,
    register_id varchar not null,
    decision varchar not null,
    decided_on date not null,
    expires_on date,
    reason varchar,
    constraint known_decision check (decision in ('accept', 'reject')),
    constraint expires_after_it_was_made check (expires_on is null or expires_on >= decided_on),
    primary key (supplier_id, register, register_id)
);
comment on table identity_decisions is 'What a person decided about a pair; kept from run to run and obeyed until it expires.';
