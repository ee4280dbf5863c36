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
comment on column movements.rank_after is 'A supplier without a score counts as ranked after all others: number of ranked suppliers plus one.';
