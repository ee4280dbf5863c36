create table if not exists stg_news__press_days (
    source_id varchar not null,
    day date not null,
    articles_monitored double not null,
    observed_to date not null,
    published_on date not null,
    origin varchar not null,
    constraint articles_not_negative check (articles_monitored >= 0),
    constraint known_after_it_was check (published_on >= observed_to),
    primary key (source_id, day)
);
comment on table stg_news__press_days is 'All articles that a source read on a day, about anything: how much press there was.';
