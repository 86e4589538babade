import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { Refused } from '#keeper/commands/command.ts';

type Shown = { readonly json?: boolean };

type UpstreamOptions = Shown & {
  readonly provider?: string;
  readonly baseUrl?: string;
  readonly protocols?: string;
  readonly type?: string;
  readonly region?: string;
  readonly seller?: string;
  readonly model?: string;
  readonly as?: string;
  readonly price?: string;
  readonly trains?: string;
  readonly retentionDays?: string;
  readonly dataSource?: string;
  readonly keyFile?: string;
  readonly key?: boolean;
  readonly newKey?: true;
  readonly settings?: string;
  readonly acceptData?: true;
  readonly disabled?: true;
};

export type CommandGroup = {
  readonly group: (name: string, description: string) => Command;
  readonly command: (parent: Command, name: string, description: string) => Command;
  readonly ask: (name: string, args: unknown, options: Shown) => Promise<void>;
};

/** Upstreams and prices while Fairlead runs. A credential comes from standard input or a file, as in provider-key.ts. */
export function addUpstreamCommands({ group, command, ask }: CommandGroup): void {
  const upstream = group('upstream', 'accounts at providers, while Fairlead runs');
  described(command(upstream, 'add <name>', 'add one; its key is read from standard input'))
    .option('--no-key', 'it wants none')
    .option('--disabled', 'do not use it yet')
    .action(async (name: string, options: UpstreamOptions) => {
      const secret = options.key === false ? undefined : await readSecret(options);
      const said = { name, ...toArguments(options, secret), enabled: options.disabled === true ? false : undefined };
      await ask('upstream-add', said, options);
    });
  described(command(upstream, 'change <name>', 'change one that was added; what is not said stays'))
    .option('--new-key', 'and read another key from standard input')
    .action(async (name: string, options: UpstreamOptions) => {
      const isNew = options.newKey === true || options.keyFile !== undefined;
      const secret = isNew ? await readSecret(options) : undefined;
      await ask('upstream-change', { name, ...toArguments(options, secret) }, options);
    });
  command(upstream, 'list', 'show them, how they are and where they are decided').action((options) =>
    ask('upstream-list', {}, options),
  );
  command(upstream, 'test <name>', 'send one real request there, through the gateway')
    .option('--model <model>', 'this model; the first when left out')
    .action((name, { model, ...options }) => ask('upstream-test', { name, model }, options));
  for (const [verb, does] of verbs) {
    command(upstream, `${verb} <name>`, does).action((name, options) => ask(`upstream-${verb}`, { name }, options));
  }
  addPriceCommands({ group, command, ask });
}

const verbs = [
  ['enable', 'let requests go to one that was added'],
  ['disable', 'let none go there, within a second; what is under way ends'],
  ['remove', 'forget one that was added, and its key'],
] as const;

function addPriceCommands({ group, command, ask }: CommandGroup): void {
  const price = group('price', 'what endpoints cost, from a day on');
  command(price, 'set <endpoint>', 'set one, as in: price set acme/m@acme --price input=0.25,output=2.00')
    .option('--price <price>', 'US dollars per million tokens, or "free"')
    .option('--since <date>', 'from when it holds; now when left out')
    .option('--take-back', 'what the upstream or the configuration says holds again')
    .action((endpoint, { price: written, since, takeBack, ...options }) => {
      if (written === undefined && takeBack !== true) throw new Refused('Say --price, or --take-back.');
      return ask('price-set', { endpoint, since, price: takeBack === true ? null : toPrice(written) }, options);
    });
  command(price, 'margin', 'what endpoints brought and cost, by endpoint and day')
    .option('--days <days>', 'of how many days', '30')
    .action(({ days, ...options }) => ask('margin-show', { days }, options));
  command(price, 'list', 'show those that were set')
    .option('--endpoint <endpoint>', 'of this endpoint alone')
    .action(({ endpoint, ...options }) => ask('price-list', { endpoint }, options));
}

function described(made: Command): Command {
  return made
    .option('--provider <provider>', 'whose API answers there: openai, anthropic, google, openrouter, or another')
    .option('--base-url <url>', 'the address of its API')
    .option('--protocols <protocols>', 'what it speaks, with commas between')
    .option('--type <type>', 'who runs the models, as in host or self_hosted')
    .option('--region <region>', 'where they run')
    .option('--seller <seller>', 'who is paid for it')
    .option('--model <model>', "a model, by the upstream's own name")
    .option('--as <name>', 'the public name of that model')
    .option('--price <price>', 'of that model, as in input=0.25,output=2.00, or "free"')
    .option('--trains <answer>', 'whether it trains on what is sent: yes or no')
    .option('--retention-days <days>', 'for how long it keeps what is sent')
    .option('--data-source <source>', 'where that is written down')
    .option('--key-file <file>', 'where the key stands, in place of standard input')
    .option('--settings <file>', 'JSON of all of it, in the words of the configuration file')
    .option('--accept-data', 'accept what it does with data, also where nobody knows');
}

function toArguments(options: UpstreamOptions, secret: string | undefined) {
  const { upstream, models } = readSettings(options.settings);
  const { provider, baseUrl, type, region, seller, protocols } = options;
  const plain = { provider, base_url: baseUrl, type, region, seller, protocols: protocols?.split(',') };
  const said = { ...plain, models: modelsOf(options), data: dataOf(options), api_key: secret };
  const known = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  return { upstream: { ...upstream, ...known }, models, accept_data: options.acceptData };
}

function modelsOf({ model, as, price }: UpstreamOptions) {
  if (model === undefined) return undefined;
  return {
    [model]: { ...(as === undefined ? {} : { as }), ...(price === undefined ? {} : { price: toPrice(price) }) },
  };
}

function dataOf({ trains, retentionDays, dataSource }: UpstreamOptions) {
  if (trains === undefined && retentionDays === undefined && dataSource === undefined) return undefined;
  return {
    ...(trains === undefined ? {} : { trains: trains === 'yes' ? true : trains === 'no' ? false : trains }),
    ...(retentionDays === undefined ? {} : { retention_days: Number(retentionDays) }),
    ...(dataSource === undefined ? {} : { source: dataSource }),
  };
}

/** `input=0.25,output=2.00` → its section; the keeper judges what stands in it. */
function toPrice(written: string): 'free' | Readonly<Record<string, string>> {
  if (written === 'free') return written;
  const parts = written.split(',').map((each) => each.split('='));
  if (parts.some((part) => part.length !== 2)) {
    throw new Refused('Say the price as in input=0.25,output=2.00, or "free".');
  }
  return Object.fromEntries(parts.map(([name = '', amount = '']) => [name.trim(), amount.trim()]));
}

function readSettings(file: string | undefined): { readonly upstream?: object; readonly models?: unknown } {
  if (file === undefined) return {};
  try {
    const read: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof read === 'object' && read !== null) return read;
  } catch {
    // Told below: the parser's own words would quote the file, which may hold a secret.
  }
  throw new Refused(`The file ${file} is not JSON such as { "upstream": { "base_url": "…", "models": { … } } }.`);
}

async function readSecret({ keyFile, settings }: UpstreamOptions): Promise<string | undefined> {
  if (keyFile === undefined) {
    if (process.stdin.isTTY) {
      if (settings !== undefined) return undefined;
      process.stderr.write("The upstream's key, then Enter and Ctrl+D (nothing: it wants none):\n");
    }
    const read = (await text(process.stdin)).trim();
    return read === '' ? undefined : read;
  }
  try {
    return readFileSync(keyFile, 'utf8').trim();
  } catch {
    throw new Refused(`The file ${keyFile} cannot be read.`);
  }
}
