import type { Migration } from './migration.ts';

/** An upstream whose requests go to another host is somebody else who gets data. Of rows from before, whichever host it had. */
export const subProcessorHosts: Migration = {
  version: 45,
  name: 'sub-processor-hosts',
  statements: [
    `create table sub_processor_host (
      name text not null,
      provider text not null,
      seller text not null,
      host text not null,
      since integer not null,
      from_day integer not null,
      reason text,
      primary key (name, provider, seller, host)
    ) strict`,
    `insert into sub_processor_host (name, provider, seller, host, since, from_day, reason)
     select name, provider, seller, '', since, from_day, reason from sub_processor`,
    'drop table sub_processor',
    'alter table sub_processor_host rename to sub_processor',
  ],
};
