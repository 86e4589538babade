import { type Command, Option } from 'commander';

import { readText } from './read-text.ts';

type Ask = (name: string, args: unknown, options: { readonly json?: boolean; readonly pdf?: string }) => Promise<void>;

export type MoneyGroups = {
  /** A word under which commands stand. */
  group(name: string, description: string): Command;
  command(parent: Command, name: string, description: string): Command;
  readonly ask: Ask;
};

/** What people do with wallets, prices and the books. */
export function addMoneyCommands(groups: MoneyGroups): void {
  addWalletCommands(groups);
  addCreditCommands(groups);
  addPaymentCommands(groups);
  addLedgerCommands(groups);
  addMarkupCommands(groups);
}

function inWorkspace(): Option {
  return new Option('--workspace <workspace>', 'by id or name; "default" when left out');
}

function addWalletCommands({ group, command, ask }: MoneyGroups): void {
  const wallet = group('wallet', 'what a workspace pays from');
  command(wallet, 'show', 'show its balance')
    .addOption(inWorkspace())
    .action((options) => ask('wallet-show', { workspace: options.workspace }, options));
  command(wallet, 'credit', 'add credit')
    .requiredOption('--usd <amount>', 'as in 5.00')
    .addOption(inWorkspace())
    .action((options) => ask('wallet-credit', { usd: options.usd, workspace: options.workspace }, options));
  command(wallet, 'refund <generation>', 'give back what a generation cost, or a part of it')
    .option('--usd <amount>', 'as in 0.01; all that is left when not said')
    .option('--reason <word>', 'why, as one word', 'operator')
    .action((generation, { usd, reason, ...options }) => ask('refund', { generation, usd, reason }, options));
}

function addCreditCommands({ group, command, ask }: MoneyGroups): void {
  const wallet = group('wallet', 'what a workspace pays from');
  command(wallet, 'promo', 'give credit that ends')
    .requiredOption('--usd <amount>', 'as in 5.00')
    .requiredOption('--expires <date>', 'as in 2027-01-31, in UTC')
    .addOption(inWorkspace())
    .action(({ usd, expires, workspace, ...options }) => ask('promo-grant', { usd, expires, workspace }, options));
  command(wallet, 'promos', 'show the credit that was given away')
    .addOption(inWorkspace())
    .action(({ workspace, ...options }) => ask('promo-list', { workspace }, options));
  command(wallet, 'redeem <code>', 'use a code')
    .addOption(inWorkspace())
    .action((code, { workspace, ...options }) => ask('redeem-use', { code, workspace }, options));
  command(group('redeem', 'codes that are worth credit'), 'create', 'make codes and show them, this once')
    .requiredOption('--usd <amount>', 'what each is worth')
    .option('--count <count>', 'how many', '1')
    .option('--days <days>', 'the credit ends so long after its use')
    .option('--expires <date>', 'until when they can be used; a year when not said')
    .action(({ usd, count, days, expires, ...options }) =>
      ask('redeem-create', { usd, count, days, expires }, options),
    );
  command(wallet, 'adjust', 'propose an adjustment; another operator confirms it')
    .requiredOption('--usd <amount>', 'as in -5.00 or 5.00')
    .requiredOption('--reason <word>', 'why, as one word')
    .requiredOption('--key <key>', 'your management key')
    .option('--account <account>', 'the other side', 'expense:adjustment')
    .addOption(inWorkspace())
    .action(({ json, ...args }) => ask('adjustment-propose', args, { json }));
  command(wallet, 'confirm <id>', 'confirm an adjustment that somebody else proposed')
    .requiredOption('--key <key>', 'your management key')
    .action((id, { key, ...options }) => ask('adjustment-confirm', { id, key }, options));
  command(wallet, 'adjustments', 'show them').action((options) => ask('adjustment-list', {}, options));
}

function addPaymentCommands({ group, command, ask }: MoneyGroups): void {
  const wallet = group('wallet', 'what a workspace pays from');
  command(wallet, 'checkout', 'make an address where somebody pays for credit')
    .requiredOption('--usd <amount>', 'as in 20.00')
    .option('--keep-card', 'the card is kept at Stripe, for top-ups')
    .addOption(inWorkspace())
    .action(({ usd, keepCard, workspace, ...options }) =>
      ask('checkout-create', { usd, keep_card: keepCard, workspace }, options),
    );
  command(wallet, 'payments', 'show the payments')
    .addOption(inWorkspace())
    .action(({ workspace, ...options }) => ask('payment-list', { workspace }, options));
  command(
    wallet,
    'late-payments',
    'payments that came when their workspace was deleted, and what of each is to go back',
  ).action((options) => ask('late-payment-list', {}, options));
  command(wallet, 'payment-refund <payment>', 'give a payment back to its card, whole or in part')
    .option('--usd <amount>', 'all that is left when not said')
    .action((payment, { usd, ...options }) => ask('payment-refund', { payment, usd }, options));
  const invoice = group('invoice', 'what was paid, as papers');
  command(invoice, 'list', 'show them')
    .option('--workspace <workspace>', 'only of one, by id or name')
    .action(({ workspace, ...options }) => ask('invoice-list', { workspace }, options));
  command(invoice, 'show <number>', 'show one')
    .option('--pdf <file>', 'write its page to a new file')
    .action((number, { pdf, ...options }) => ask('invoice-show', { number }, { ...options, pdf }));
}

function addLedgerCommands({ group, command, ask }: MoneyGroups): void {
  const ledger = group('ledger', 'the books');
  command(ledger, 'check', 'verify the books in both directions').action((options) => ask('ledger-check', {}, options));
  command(ledger, 'accounts', 'show the accounts and their balances')
    .option('--kind <kind>', 'wallet, revenue, payable, promo, clearing, refund, tax, fx, hold, loss, expense')
    .action(({ kind, ...options }) => ask('ledger-accounts', { kind }, options));
  command(ledger, 'statement <account>', 'show the entries of an account, the newest first')
    .option('--from <date>', 'as in 2026-11-01, in UTC')
    .option('--until <date>', 'up to, and without, this one')
    .option('--before <entry>', 'only entries before this one')
    .option('--limit <count>', 'how many', '100')
    .action((account, { from, until, before, limit, ...options }) =>
      ask('ledger-statement', { account, from, until, before, limit }, options),
    );
  command(ledger, 'reconcile', 'look at all the books now, as each night; exit 1 when something is wrong').action(
    (options) => ask('ledger-reconcile', {}, options),
  );
  command(ledger, 'import-invoice <file>', "keep what a provider's export says, and show the difference to our books")
    .requiredOption('--upstream <upstream>', 'whose it is, by its name in the configuration')
    .action((file, { upstream, ...options }) => ask('ledger-import-bill', { upstream, file: readText(file) }, options));
  command(ledger, 'trial-balance', 'show both sides of the books; exit 1 when they differ').action((options) =>
    ask('ledger-trial-balance', {}, options),
  );
}

function addMarkupCommands({ group, command, ask }: MoneyGroups): void {
  const markup = group('markup', 'what customers pay on top of what endpoints cost');
  const whom = (of: Command) =>
    of
      .option('--model <model>', 'for this public model alone')
      .option('--seller <seller>', 'for what this seller supplies')
      .option('--workspace <workspace>', 'for this workspace, by id or name');
  whom(command(markup, 'set', 'set a rule, or move the one that there is'))
    .requiredOption('--percent <percent>', 'as in 20 or 12.5')
    .action(({ percent, model, seller, workspace, ...options }) =>
      ask('markup-set', { percent, model, seller, workspace }, options),
    );
  command(markup, 'list', 'show the rules').action((options) => ask('markup-list', {}, options));
  whom(command(markup, 'remove', 'take a rule away')).action(({ model, seller, workspace, ...options }) =>
    ask('markup-remove', { model, seller, workspace }, options),
  );
}
