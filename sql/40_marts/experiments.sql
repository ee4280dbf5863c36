create table if not exists experiments (
    experiment_id varchar primary key,
    tried_at timestamptz not null,
    kind varchar not null,
    profile varchar not null,
    profile_hash varchar not null,
    outcomes_hash varchar,
    metrics json not null,
    verdict varchar not null,
    constraint known_kind check (kind in (
        'backtest', 'compare', 'accept', 'validate', 'estimate', 'select-signals', 'pool', 'elicit', 'drift',
        'gate', 'learn', 'streamline'  -- names of earlier versions
    ))
);
comment on table experiments is 'Experiments on weights: one row for each back-test, comparison, acceptance test or estimation.';
comment on column experiments.profile is 'Name or path of the profile, as given.';
comment on column experiments.profile_hash is 'Hash of the effective configuration without the supplier list.';
comment on column experiments.outcomes_hash is 'SHA-256 of the outcomes file; null where none was given.';
comment on column experiments.metrics is 'Metrics as a JSON object.';
comment on column experiments.verdict is 'Result in one sentence.';
