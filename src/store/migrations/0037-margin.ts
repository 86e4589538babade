import type { Migration } from './migration.ts';

const dayMs = 86_400_000;

/** What each endpoint brought and cost, by the day on which its generations ended: what the books split, kept where it is asked for. */
export const margin: Migration = {
  version: 37,
  name: 'margin',
  statements: [
    `create table margin_day (
      day integer not null,
      endpoint text not null,
      requests integer not null default 0,
      charge integer not null default 0,
      cost integer not null default 0,
      primary key (day, endpoint)
    ) strict`,
    `insert into margin_day (day, endpoint, requests, charge, cost)
      select generation.ended_at / ${dayMs}, generation.endpoint, count(*), sum(settlement.payable), sum(settlement.cost)
      from generation join settlement on settlement.generation = generation.id
      where settlement.state = 'settled' and generation.endpoint is not null
      group by generation.ended_at / ${dayMs}, generation.endpoint`,
  ],
};
