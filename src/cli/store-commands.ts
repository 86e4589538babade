import type { Command } from 'commander';
import type { AskKeeper } from './keeper-client.ts';
import { printJson, printPlainly } from './print.ts';

type StoreCommands = {
  readonly group: (name: string, description: string) => Command;
  /** Without a group it stands by itself. */
  readonly command: (parent: Command | undefined, name: string, description: string) => Command;
  readonly ask: AskKeeper;
  readonly setExit: (code: number) => void;
};

/** What is done to the store and the data directory as a whole. */
export function addStoreCommands({ group, command, ask, setExit }: StoreCommands): void {
  const show = async (value: Promise<unknown>, { json }: { readonly json?: boolean }): Promise<void> => {
    if (json) printJson(await value);
    else printPlainly(await value);
  };
  command(
    group('member', 'people who sign in'),
    'reset <email>',
    'end all sessions of a person, and give a link to choose a new password',
  ).action(async (email, options) => await show((await import('./member-reset.ts')).resetOneMember(email), options));
  const commands = () => import('./backup.ts');
  command(undefined, 'backup <file>', 'write the whole store, and the secrets beside it, to a file').action(
    async (file, options) => {
      const written = await (await commands()).backUp(file);
      // The file is there, whether or not that it is can be written down.
      const entry = { scope: 'operator', actor: 'command-line', action: 'backup', outcome: 'done' };
      await ask('audit-append', entry).catch(() => {});
      await show(Promise.resolve(written), options);
    },
  );
  command(undefined, 'restore <file>', 'fill an empty store from a backup')
    .option('--older', 'though it is older than backups may be')
    .action(async (file, options) => await show((await commands()).restore(file, options), options));
  command(group('db', 'the database'), 'copy', 'copy the whole store into an empty database')
    .requiredOption('--to <url>', 'as in postgres://user:password@host/database')
    .action(async (options) => await show((await commands()).copyDatabase(options.to), options));
  command(
    undefined,
    'doctor',
    'look for what keeps this Fairlead from working well; exit 1 when something is wrong',
  ).action(async (options) => setExit(await (await import('./doctor/show-findings.ts')).showFindings(ask, options)));
}
