import { Option } from 'commander';
import type { MoneyGroups } from './money-commands.ts';

/** Addresses that are told of what happens: a workspace's, or with `--operator` of all this Fairlead. */
export function addWebhookCommands({ group, command, ask }: MoneyGroups): void {
  const webhook = group('webhook', 'addresses that are told of what happens');
  const named = (name: string, description: string) =>
    command(webhook, name, description)
      .addOption(new Option('--workspace <workspace>', 'by id or name; "default" when left out'))
      .option('--operator', "the operator's own, which hear of all of this Fairlead");
  named('add <url>', 'have an address told; the secret that signs is shown once')
    .option('--events <events>', 'which, with commas between; all when left out')
    .action((url, { json, events, ...of }) => ask('webhook-add', { url, events: events?.split(','), ...of }, { json }));
  named('list', 'show them').action(({ json, ...of }) => ask('webhook-list', of, { json }));
  named('change <id>', 'another address, other events')
    .option('--url <url>', 'the new address')
    .option('--events <events>', 'which, with commas between')
    .action((id, { json, events, ...of }) =>
      ask('webhook-change', { id, events: events?.split(','), ...of }, { json }),
    );
  named('disable <id>', 'tell it nothing').action((id, { json, ...of }) =>
    ask('webhook-change', { id, disabled: true, ...of }, { json }),
  );
  named('enable <id>', 'tell it again').action((id, { json, ...of }) =>
    ask('webhook-change', { id, disabled: false, ...of }, { json }),
  );
  named('remove <id>', 'forget it').action((id, { json, ...of }) => ask('webhook-remove', { id, ...of }, { json }));
  named('rotate <id>', 'another secret, shown once; the old one signs as well for a day').action(
    (id, { json, ...of }) => ask('webhook-rotate', { id, ...of }, { json }),
  );
  named('test <id>', 'send it a message now').action((id, { json, ...of }) =>
    ask('webhook-test', { id, ...of }, { json }),
  );
  named('deliveries <id>', 'what it was told, and what it answered').action((id, { json, ...of }) =>
    ask('webhook-deliveries', { id, ...of }, { json }),
  );
  named('again <id> <delivery>', 'send one of them again').action((id, delivery, { json, ...of }) =>
    ask('webhook-again', { id, delivery, ...of }, { json }),
  );
}
