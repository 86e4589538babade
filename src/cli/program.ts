import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { processConfig, processDataDir } from '#config/process-config.ts';
import { socketPaths } from '#keeper/interface/socket-paths.ts';
import { runChaos } from './chaos/chaos.ts';
import { addClientCommands } from './client-commands.ts';
import { checkConfig } from './config-check.ts';
import { type AskKeeper, connectKeeper } from './keeper-client.ts';
import { addMoneyCommands, type MoneyGroups } from './money-commands.ts';
import { showPriceDifferences } from './prices.ts';
import { printCsv, printJson, printPlainly } from './print.ts';
import { verifyPrivacyOptions } from './privacy/verify-privacy-options.ts';
import { addPrivacyCommands } from './privacy-commands.ts';
import { addProviderKeyCommands } from './provider-key.ts';
import { mayBeElsewhere, namedServer, offerServer } from './remote/named-server.ts';
import { runSimulator } from './simulate.ts';
import { addStoreCommands } from './store-commands.ts';
import { addUpstreamCommands } from './upstream-commands.ts';
import { addWebhookCommands } from './webhook-commands.ts';
import { withKeeper } from './with-keeper.ts';
import { withoutPage } from './without-page.ts';
import { writtenDown } from './written-down.ts';

const usageExit = 2;

/** Everything but a plain `start`. Gives the exit code. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = makeProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    return thrown.exitCode === 0 ? 0 : usageExit;
  }
  return exitCode;
}

function makeProgram(setExit: (code: number) => void): Command {
  const program = new Command('fairlead');
  program.description('An AI API balancer that keeps the promises of its privacy policy in code.').exitOverride();
  program
    .command('start')
    .description('run Fairlead')
    .option('--json', 'print one line of JSON when ready')
    .option('--workers <count>', 'gateway processes on the port (Linux)', readWorkers, 1)
    .addOption(
      new Option('--role <role>', 'what is served, on PostgreSQL')
        .choices(['gateway', 'console', 'all'])
        .default('all'),
    )
    .action(async ({ json, workers, role }) =>
      setExit(await (await import('#main.ts')).run({ json: json === true, workers, role })),
    );
  group(program, 'config', 'the configuration')
    .command('check')
    .description('judge the configuration and show what holds')
    .option('--json', 'as JSON')
    .action(async (options) => setExit(await checkConfig(options.json === true)));
  group(program, 'prices', 'what models cost')
    .command('compare [lists...]')
    .description(
      "show where they differ from the catalogue, and from LiteLLM's or OpenRouter's lists; exit 1 when they do",
    )
    .option('--json', 'as JSON')
    .action(async (lists, options) => setExit(await showPriceDifferences(lists, options.json === true)));
  program
    .command('simulate')
    .description('run the simulator alone; it takes any key, and prints its address')
    .requiredOption('--port <port>', 'where it listens; 0 is a free one')
    .option('--log <file>', 'append a line of JSON per request')
    .action(async (options) => setExit(await runSimulator(options)));
  program
    .command('chaos')
    .description('play every fault of an upstream against a running Fairlead, and judge what its callers get')
    .option('--config <file>', 'write the configuration that the Fairlead must run with, and stop')
    .option('--server <url>', 'the running Fairlead')
    .option('--key <key>', 'a key of it')
    .option('--port <port>', 'where the chaos upstreams listen: this port and the ten after it', '4470')
    .option('--cells <count>', 'so many of the cells, drawn by the seed')
    .option('--seed <seed>', 'another seed draws others', '')
    .option('--json', 'as JSON')
    .action(async (options) =>
      setExit(await runChaos(options, () => connectKeeper(socketPaths(processDataDir()).keeper))),
    );
  addClientCommands(program, setExit);
  addStoreCommands({
    group: (name, description) => group(program, name, description),
    command: (parent, name, description) => keeperCommand(parent ?? program, name, description),
    ask: askHere,
    setExit,
  });
  addKeeperCommands(program, setExit);
  addTrustCommands(program, setExit);
  addRetentionCommands(program);
  offerServer();
  return program;
}

/** Asks the keeper that runs here, or opens the store for it; or the Fairlead elsewhere that was named. */
const askHere: AskKeeper = async (name, args) => {
  const server = namedServer();
  if (server !== undefined) return await (await import('./remote/ask-remote.ts')).askRemote(server)(name, args);
  const running = await connectKeeper(socketPaths(processDataDir()).keeper);
  if (running) return await writtenDown(running.ask)(name, args).finally(running.close);
  return await withKeeper(await processConfig(), (keeper) => writtenDown(keeper)(name, args));
};

function addTrustCommands(program: Command, setExit: (code: number) => void): void {
  const judge = async (verdict: Promise<{ readonly ok: boolean }>, { json }: { readonly json?: boolean }) => {
    const value = await verdict;
    if (!value.ok) setExit(1);
    if (json) printJson(value);
    else printPlainly(value);
  };
  const commands = () => import('./verify.ts');
  const verify = group(program, 'verify', 'prove what Fairlead says');
  keeperCommand(verify, 'receipt <file>', 'prove a receipt, as GET /api/v1/receipts/{id} gives it')
    .option(
      '--keys <file>',
      'whose signature to believe: a saved /.well-known/fairlead-keys.json; those of here when left out',
    )
    .action(async (file, options) => await judge((await commands()).verifyReceipt(file, options, askHere), options));
  const privacyWords =
    'send marked requests through the running Fairlead, and look for them wherever something is kept or told';
  verifyPrivacyOptions(keeperCommand(verify, 'privacy', privacyWords)).action(
    async (options) =>
      await judge((await import('./privacy/verify-privacy.ts')).verifyPrivacy(options, askHere), options),
  );
  keeperCommand(verify, 'log [file]', 'prove the log of promises: the one here, or {"entries","head"} from a file')
    .option('--keys <file>', 'whose signature to believe')
    .option('--head <file>', 'a /log/head that was saved before: the log must go on from it')
    .action(async (file, options) => await judge((await commands()).verifyLog(file, options, askHere), options));
  const trustKey = group(program, 'trust-key', 'what signs receipts and the log of promises');
  const show = async (value: Promise<unknown>, { json }: { readonly json?: boolean }): Promise<void> =>
    json ? printJson(await value) : printPlainly(await value);
  keeperCommand(trustKey, 'list', 'show the public keys, also those that sign no more').action((options) =>
    show(askHere('trust-keys', {}), options),
  );
  keeperCommand(trustKey, 'rotate', 'sign with a new key from now on; what the old one signed stays good').action(
    (options) => show(askHere('trust-key-rotate', {}), options),
  );
  keeperCommand(trustKey, 'retire <id>', 'say that a key of a lost replica signs no more').action((id, options) =>
    show(askHere('trust-key-retire', { id }), options),
  );
}

function addRetentionCommands(program: Command): void {
  const show = async (name: string, args: object, { json }: { readonly json?: boolean }): Promise<void> =>
    json ? printJson(await askHere(name, args)) : printPlainly(await askHere(name, args));
  keeperCommand(program, 'retention', 'show what is kept for how long, and the evidence of what went').action(
    (options) => show('retention', {}, options),
  );
  const hold = group(program, 'legal-hold', 'what law or a dispute keeps from being dropped');
  keeperCommand(hold, 'set', "keep a workspace's usage log until the hold ends")
    .requiredOption('--owner <who>', 'who answers for it')
    .requiredOption('--reason <why>', 'why it is needed')
    .requiredOption('--review <date>', 'when to ask again, as in 2027-01-31')
    .option('--workspace <workspace>', 'by id or name; "default" when left out')
    .action(({ json, ...args }) => show('legal-hold-set', args, { json }));
  keeperCommand(hold, 'list', 'show those in force').action((options) => show('legal-hold-list', {}, options));
  keeperCommand(hold, 'end <id>', 'let go of what is over').action((id, options) =>
    show('legal-hold-end', { id }, options),
  );
}

function addKeeperCommands(program: Command, setExit: (code: number) => void): void {
  const ask = async (name: string, args: unknown, options: Printing): Promise<void> => {
    const value = await askHere(name, args);
    if (judged.has(name) && !isOk(value)) setExit(1);
    const shown = name === 'invoice-show' ? withoutPage(value, options.pdf) : value;
    if (options.csv) printCsv(shown);
    else if (options.json) printJson(shown);
    else printPlainly(shown);
  };
  const inWorkspace = () => new Option('--workspace <workspace>', 'by id or name; "default" when left out');

  const workspace = group(program, 'workspace', 'who owns keys and a wallet');
  keeperCommand(workspace, 'create <name>', 'make a workspace')
    .option('--credit-usd <amount>', 'credit to begin with, as in 1.00')
    .action((name, options) => ask('workspace-create', { name, credit_usd: options.creditUsd }, options));
  keeperCommand(
    workspace,
    'set <workspace> [settings...]',
    'change its settings, as in storage=openai:30 strict=on',
  ).action((which, settings, options) => ask('workspace-set', { workspace: which, settings }, options));
  keeperCommand(workspace, 'list', 'show the workspaces').action((options) => ask('workspace-list', {}, options));

  const key = group(program, 'key', 'what programs call with');
  keeperCommand(key, 'create', 'make a key and show it, this once')
    .option('--name <name>', 'what people call it')
    .addOption(inWorkspace())
    .option('--limit-usd <amount>', 'what it may spend, as in 5.00')
    .option('--limit-requests <count>', 'how many requests it may make')
    .addOption(new Option('--reset <when>', 'when limits start again').choices(['daily', 'weekly', 'monthly', 'never']))
    .option('--expires <date>', 'as in 2027-01-31, in UTC')
    .option('--tags <words>', 'to add usage up by, with commas between')
    .option('--management', 'a key that manages others, and asks no model')
    .option('--operator', 'one that may what an operator may, over the API')
    .action((options) => ask('key-create', toKeyArguments(options), options));
  keeperCommand(key, 'list', 'show the keys')
    .option('--workspace <workspace>', 'only those of one, by id or name')
    .action((options) => ask('key-list', { workspace: options.workspace }, options));
  keeperCommand(key, 'disable <id>', 'refuse a key from now on').action((id, options) =>
    ask('key-disable', { id }, options),
  );
  keeperCommand(key, 'set <id> [settings...]', 'change its settings, as in strict=on').action((id, settings, options) =>
    ask('key-set', { id, settings }, options),
  );
  keeperCommand(key, 'delete <id>', 'refuse it for good, and list it no longer').action((id, options) =>
    ask('key-delete', { id }, options),
  );
  keeperCommand(key, 'rotate <id>', 'give it a new secret and show that, this once; the old one works on for a while')
    .option('--overlap <time>', 'how long: 0, or as in 30m, 24h, 7d', '24h')
    .action((id, { overlap, ...options }) => ask('key-rotate', { id, overlap }, options));
  keeperCommand(key, 'cut <id>', 'end the overlap: only its newest secret works').action((id, options) =>
    ask('key-cut', { id }, options),
  );
  keeperCommand(key, 'show <id>', 'show it, what it used, and the secrets that it had').action((id, options) =>
    ask('key-show', { id }, options),
  );
  keeperCommand(key, 'change <id>', 'change its name or its tags')
    .option('--name <name>', 'what people call it')
    .option('--tags <words>', 'to add usage up by, with commas between')
    .action((id, { json, ...change }) => ask('key-change', { id, ...change }, { json }));
  keeperCommand(key, 'enable <id>', 'accept it again').action((id, options) => ask('key-enable', { id }, options));

  const limit = group(program, 'limit', 'what a workspace or a key may use');
  keeperCommand(limit, 'set', 'set one, or move the one that there is')
    .addOption(inWorkspace())
    .option('--key <id>', 'of this key alone')
    .option('--end-users', 'of each end user of the workspace')
    .option('--model <model>', 'for this model alone')
    .option('--upstream <name>', 'of what this upstream answers alone')
    .option('--every-workspace', 'of every workspace together: what the operator wants of one upstream')
    .option('--usd <amount>', 'dollars, as in 5.00')
    .option('--requests <count>', 'requests')
    .option('--tokens <count>', 'tokens, by the minute')
    .option('--concurrency <count>', 'requests at once')
    .addOption(new Option('--reset <when>', 'when it starts again').choices(limitResets))
    .option('--burst <count>', 'by the minute: how much at once')
    .option('--zone <zone>', 'whose midnights count; UTC when left out')
    .action(({ json, endUsers, everyWorkspace, ...args }) =>
      ask('limit-set', { ...args, end_users: endUsers, every_workspace: everyWorkspace }, { json }),
    );
  keeperCommand(limit, 'list', 'show them')
    .addOption(inWorkspace())
    .action((options) => ask('limit-list', { workspace: options.workspace }, options));
  keeperCommand(limit, 'warnings', 'show which were nearly reached')
    .addOption(inWorkspace())
    .action((options) => ask('limit-warnings', { workspace: options.workspace }, options));
  keeperCommand(limit, 'remove <id>', 'take one away')
    .addOption(inWorkspace())
    .action((id, options) => ask('limit-end', { id, workspace: options.workspace }, options));

  addProviderKeyCommands(group(program, 'provider-key', "a workspace's own keys at providers"), keeperCommand, ask);
  const abuse = group(program, 'abuse', 'what was found unusual about keys');
  keeperCommand(abuse, 'list', 'show the cases')
    .addOption(new Option('--workspace <workspace>', 'only of one, by id or name'))
    .action((options) => ask('abuse-list', { workspace: options.workspace }, options));
  keeperCommand(abuse, 'show <id>', 'show one').action((id, options) => ask('abuse-show', { id }, options));
  keeperCommand(abuse, 'appeal <id>', 'ask a person to look again').action((id, options) =>
    ask('abuse-appeal', { id }, options),
  );
  keeperCommand(abuse, 'decide <id>', "a person's word on a case; none lifts it")
    .requiredOption('--action <action>', 'none, ask, slow or stop')
    .option('--hours <count>', 'for so long; for good when left out')
    .action((id, { action, hours, ...options }) => ask('abuse-decide', { id, action, hours }, options));

  const overrun = group(
    program,
    'overrun',
    'endpoints stopped for a workspace, since their answers cost more than was held',
  );
  keeperCommand(overrun, 'list', 'show them')
    .addOption(new Option('--workspace <workspace>', 'only of one, by id or name'))
    .action((options) => ask('overrun-list', { workspace: options.workspace }, options));
  keeperCommand(overrun, 'lift <endpoint>', 'a person looked: the workspace may use it again')
    .requiredOption('--workspace <workspace>', 'whose it is, by id or name')
    .action((endpoint, options) => ask('overrun-lift', { workspace: options.workspace, endpoint }, options));

  const groups: MoneyGroups = {
    group: (name, description) => group(program, name, description),
    command: keeperCommand,
    ask,
  };
  addPrivacyCommands(groups);
  addWebhookCommands(groups);
  addUpstreamCommands(groups);
  addMoneyCommands(groups);
  const policy = group(program, 'policy', 'what upstreams do with data');
  keeperCommand(policy, 'list', 'show it of each endpoint, and whether requests may go there').action((options) =>
    ask('endpoint-disclosures', {}, options),
  );
  keeperCommand(policy, 'accept <endpoint>', 'accept it, or that nobody knows: requests may go there').action(
    (endpoint, options) => ask('data-accept', { endpoint }, options),
  );
  keeperCommand(policy, 'withdraw <endpoint>', 'accept it no longer').action((endpoint, options) =>
    ask('data-withdraw', { endpoint }, options),
  );
  const instance = group(program, 'instance', 'the gateways that hold leases');
  keeperCommand(instance, 'list', 'show them').action((options) => ask('instance-list', {}, options));
  keeperCommand(instance, 'forget <id>', 'give up a silent one that never returns: its money is free again').action(
    (id, options) => ask('instance-forget', { id }, options),
  );
  keeperCommand(program, 'explain <generation>', 'show every step and every cent of a generation').action(
    (generation, options) => ask('explain', { generation }, options),
  );
  const usage = keeperCommand(program, 'usage', 'show what was used, added up')
    .addOption(new Option('--workspace <workspace>', 'only of one, by id or name'))
    .option('--key <id>', 'only of one key')
    .option(
      '--by <names>',
      'hour, day, workspace, key, tag, model, endpoint, provider, with commas between',
      'day,model',
    )
    .option('--csv', 'as CSV')
    .option('--from <date>', 'as in 2026-11-01, in UTC; thirty days back when left out')
    .option('--until <date>', 'up to, and without, this one')
    .action(({ workspace, key, by, from, until, ...options }) =>
      ask('usage', { workspace, key, by, from, until }, options),
    );
  keeperCommand(usage, 'rebuild', 'compare the sums with the records of generations, and make anew what differs')
    .option('--check', 'only compare; exit 1 when they differ')
    .action((options) => ask('usage-rebuild', { check: options.check }, options));
  keeperCommand(program, 'models', 'show the models, their endpoints and prices').action((options) =>
    ask('models', {}, options),
  );
}

/** Commands whose answer may be no. */
const judged: ReadonlySet<string> = new Set([
  'ledger-check',
  'ledger-reconcile',
  'ledger-trial-balance',
  'usage-rebuild',
]);

type Printing = { readonly json?: boolean; readonly csv?: boolean; readonly pdf?: string };

const limitResets = ['minute', 'daily', 'weekly', 'monthly', 'never'];

function readWorkers(text: string): number {
  const count = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > 64) throw new InvalidArgumentError('Say a whole number from 1 to 64.');
  return count;
}

function group(program: Command, name: string, description: string): Command {
  const known = program.commands.find((each) => each.name() === name);
  return known ?? program.command(name, { hidden: description === '' }).description(description);
}

function keeperCommand(parent: Command, name: string, description: string): Command {
  return mayBeElsewhere(parent.command(name).description(description).option('--json', 'as JSON'));
}

type KeyOptions = {
  readonly name?: string;
  readonly workspace?: string;
  readonly limitUsd?: string;
  readonly limitRequests?: string;
  readonly reset?: string;
  readonly expires?: string;
  readonly tags?: string;
  readonly management?: true;
  readonly operator?: true;
};

function toKeyArguments({
  name,
  workspace,
  limitUsd,
  limitRequests,
  reset,
  expires,
  tags,
  management,
  operator,
}: KeyOptions) {
  const role = management || operator ? 'management' : undefined;
  return {
    name,
    workspace,
    limit_usd: limitUsd,
    limit_requests: limitRequests,
    reset,
    expires,
    tags,
    role,
    operates: operator,
  };
}

function isOk(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'ok' in value && value.ok === true;
}
