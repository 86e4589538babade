import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { type Command, Option } from 'commander';
import { ownKeyUses } from '#core/routing/own-key.ts';
import { Refused } from '#keeper/commands/command.ts';

type Shown = { readonly json?: boolean };

type KeyOptions = Shown & {
  readonly workspace?: string;
  readonly name?: string;
  readonly use?: string;
  readonly place?: string;
  readonly models?: string;
  readonly keys?: string;
  readonly secretFile?: string;
  readonly newSecret?: true;
  readonly disable?: true;
  readonly enable?: true;
};

/**
 * A workspace's own keys at providers. Their secrets come from standard input or a file: an argument would stand in the list of
 * processes, and in the shell's history.
 */
export function addProviderKeyCommands(
  group: Command,
  command: (parent: Command, name: string, description: string) => Command,
  ask: (name: string, args: unknown, options: Shown) => Promise<void>,
): void {
  const described = (made: Command) =>
    made
      .option('--workspace <workspace>', 'by id or name; "default" when left out')
      .option('--name <name>', 'what people call it')
      .addOption(new Option('--use <when>', 'before ours, after ours, or only this one').choices([...ownKeyUses]))
      .option('--place <number>', 'the smaller is asked first')
      .option('--models <models>', 'which models it serves, with commas between, or "all"')
      .option('--keys <ids>', 'which keys of the workspace may use it, with commas between, or "all"')
      .option('--secret-file <file>', 'where the secret stands, in place of standard input');
  described(command(group, 'add <upstream>', "keep a provider's key, read from standard input")).action(
    async (upstream: string, options: KeyOptions) =>
      await ask('own-key-add', { upstream, ...toArguments(options), secret: await readSecret(options) }, options),
  );
  command(group, 'list', 'show them, without their secrets')
    .option('--workspace <workspace>', 'by id or name; "default" when left out')
    .action(async (options: KeyOptions) => await ask('own-key-list', { workspace: options.workspace }, options));
  described(command(group, 'set <id>', 'change one; what is not said stays'))
    .option('--new-secret', 'and read another secret from standard input')
    .option('--disable', 'do not use it')
    .option('--enable', 'use it again')
    .action(async (id: string, options: KeyOptions) => {
      const isNew = options.newSecret === true || options.secretFile !== undefined;
      const secret = isNew ? await readSecret(options) : undefined;
      await ask('own-key-change', { id, ...toArguments(options), secret }, options);
    });
  command(group, 'remove <id>', 'forget one; gateways stop using it within a second')
    .option('--workspace <workspace>', 'by id or name; "default" when left out')
    .action(
      async (id: string, options: KeyOptions) =>
        await ask('own-key-remove', { id, workspace: options.workspace }, options),
    );
}

function toArguments({ workspace, name, use, place, models, keys, disable, enable }: KeyOptions) {
  const disabled = disable ? true : enable ? false : undefined;
  return { workspace, name, use, place, models: toList(models), keys: toList(keys), disabled };
}

function toList(written: string | undefined): readonly string[] | null | undefined {
  return written === 'all' ? null : written?.split(',').map((each) => each.trim());
}

async function readSecret({ secretFile }: KeyOptions): Promise<string> {
  if (secretFile === undefined) {
    if (process.stdin.isTTY) process.stderr.write("The provider's key, then Enter and Ctrl+D:\n");
    return (await text(process.stdin)).trim();
  }
  try {
    return readFileSync(secretFile, 'utf8').trim();
  } catch {
    throw new Refused(`The file ${secretFile} cannot be read.`);
  }
}
