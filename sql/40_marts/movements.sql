create table if not exists movements (
    run_id varchar not null,
    previous_run_id varchar not null,
    supplier_id varchar not null,
    kind varchar not null,
    was_ranked boolean,
    is_ranked boolean,
    rank_before bigint,
    rank_after bigint,
    rank_change bigint,
    rank_change_from_own_data double,
    rank_change_from_coverage double,
    rank_change_from_peers double,
    rank_change_from_method double,
    sentence varchar not null,
    constraint known_kind check (kind in ('moved', 'new', 'gone')),
    constraint parts_sum_to_the_change check (
        rank_change is null or abs(rank_change_from_own_data + rank_change_from_coverage + rank_change_from_peers
            + rank_change_from_method - rank_change) < 1e-6
    ),
    primary key (run_id, supplier_id)
);
comment on table movements is 'Rank changes since the previous published run of the list; positive = further down.';
comment on column movements.run_id is 'run that made the row';
comment on column movements.previous_run_id is 'the earlier run';
comment on column movements.supplier_id is 'the supplier''s id in your list';
comment on column movements.kind is 'moved, new or gone';
comment on column movements.was_ranked is 'had a rank in the earlier run';
comment on column movements.is_ranked is 'has a rank in this run';
comment on column movements.rank_before is 'earlier rank; without a score the number of ranked suppliers plus one';
comment on column movements.rank_after is 'present rank; without a score the number of ranked suppliers plus one';
comment on column movements.rank_change is 'rank_after minus rank_before; positive = further down';
comment on column movements.rank_change_from_own_data is 'part of rank_change from changed values of the supplier';
comment on column movements.rank_change_from_coverage is 'part of rank_change from evidence that was added or lost';
comment on column movements.rank_change_from_peers is 'part of rank_change from other suppliers';
comment on column movements.rank_change_from_method is 'part of rank_change from a changed method';
comment on column movements.sentence is 'the change in a sentence';
