import type { Command } from 'commander';
import type { MoneyGroups } from './money-commands.ts';
import { printJson, printPlainly } from './print.ts';

/** What an operator does for whoever asks support to be deleted: the same saga as their own button begins. */
export function addDeletionCommands({ command, ask }: MoneyGroups, privacy: Command): void {
  command(
    privacy,
    'delete-preview <workspace>',
    'what deleting a workspace would mean: dates, money, what is open',
  ).action((workspace, options) => ask('erasure-preview-show', { workspace }, options));
  command(privacy, 'delete-workspace <workspace>', 'stop its keys now, and delete it in 14 days').action(
    (workspace, options) => ask('erasure-open', { workspace }, options),
  );
  command(privacy, 'delete-person <email>', 'end its sessions now, and delete it in 14 days')
    .option('--workspaces <ids>', 'workspaces that it alone owns, which go along, with commas between')
    .action(async (email, { workspaces, json }: { readonly workspaces?: string; readonly json?: boolean }) => {
      const { deletePerson } = await import('./delete-person.ts');
      const opened = await deletePerson(email, workspaces?.split(',') ?? []);
      return json ? printJson(opened) : printPlainly(opened);
    });
  command(privacy, 'dormant', 'when unused accounts are closed, and how many are told, closing or waiting').action(
    (options) => ask('dormancy-show', {}, options),
  );
  command(privacy, 'delete-list', 'deletions that are asked for, under way, done and cancelled').action((options) =>
    ask('erasure-list', {}, options),
  );
  command(privacy, 'delete-show <id>', 'how far one is, and the receipt when it is done').action((id, options) =>
    ask('erasure-show', { id }, options),
  );
  command(privacy, 'delete-cancel <id>', 'take it back, within the 14 days').action((id, options) =>
    ask('erasure-cancel', { id }, options),
  );
}
