/** A statement that finds rows which must not be, and the sentence for each: `{column}` takes its value. */
export type Rule = { readonly find: string; readonly says: string };

const entries: readonly Rule[] = [
  {
    find: `select entry.transfer as id, sum(entry.amount) as off from entry
      join account on account.id = entry.account
      group by entry.transfer, account.currency having sum(entry.amount) <> 0`,
    says: 'Transfer {id} does not balance: its entries add up to {off}.',
  },
  {
    find: `select transfer.id, transfer.amount, coalesce(sum(case when entry.amount > 0 then entry.amount end), 0) as moved
      from transfer left join entry on entry.transfer = transfer.id
      group by transfer.id, transfer.amount
      having transfer.amount <> coalesce(sum(case when entry.amount > 0 then entry.amount end), 0)`,
    says: 'Transfer {id} says {amount}, its entries move {moved}.',
  },
  {
    find: `select entry.sequence, entry.transfer from entry
      left join transfer on transfer.id = entry.transfer
      left join account on account.id = entry.account
      where transfer.id is null or account.id is null or account.currency <> transfer.currency`,
    says: 'Entry {sequence} names the transfer {transfer} or an account, and there is none of its currency.',
  },
  {
    find: `select account.id, account.balance, coalesce(sum(entry.amount), 0) as booked
      from account left join entry on entry.account = account.id
      group by account.id, account.balance having account.balance <> coalesce(sum(entry.amount), 0)`,
    says: 'Account {id} has the balance {balance}, its entries add up to {booked}.',
  },
  {
    find: `select account, sequence from (
        select account, sequence, balance_after, amount,
          lag(balance_after, 1, 0) over (partition by account order by sequence) as before
        from entry) as chain
      where balance_after <> before + amount`,
    says: 'Entry {sequence} of account {account} does not follow from the one before it.',
  },
];

const settlements: readonly Rule[] = [
  {
    find: `select transfer.id, transfer.amount, coalesce(sum(settlement.payable), 0) as charged
      from transfer left join settlement on settlement.transfer = transfer.id
      where transfer.kind = 'charge'
      group by transfer.id, transfer.amount having transfer.amount <> coalesce(sum(settlement.payable), 0)`,
    says: 'Transfer {id} charges {amount}, its settlements add up to {charged}.',
  },
  {
    find: `select settlement.generation, settlement.transfer from settlement
      left join transfer on transfer.id = settlement.transfer and transfer.kind = 'charge'
      where (settlement.payable > 0 or settlement.transfer is not null) and transfer.id is null`,
    says: 'The settlement of {generation} names the transfer {transfer}, and there is no such charge.',
  },
  {
    // The empty text keeps the planner from looking through all entries of the account for each row.
    find: `select paid.wallet, paid.transfer from (
        select distinct wallet, operation, transfer from settlement where payable > 0) as paid
      left join entry on entry.transfer = paid.transfer
        and entry.account || '' = case when paid.operation is null then 'wallet:' || paid.wallet
          else 'hold:' || paid.operation end and entry.amount < 0
      where entry.sequence is null`,
    says: 'Settlements of wallet {wallet} are paid by transfer {transfer}, and that debits another.',
  },
  {
    find: `select transfer.id, transfer.amount, coalesce(sum(settlement_loss.amount), 0) as lost
      from transfer left join settlement_loss on settlement_loss.transfer = transfer.id
      where transfer.kind = 'loss'
      group by transfer.id, transfer.amount having transfer.amount <> coalesce(sum(settlement_loss.amount), 0)`,
    says: 'Transfer {id} books a loss of {amount}, its settlements add up to {lost}.',
  },
  {
    find: `select settlement_loss.generation, settlement_loss.account, settlement_loss.transfer from settlement_loss
      left join settlement on settlement.generation = settlement_loss.generation
      left join entry on entry.transfer = settlement_loss.transfer
        and entry.account || '' = settlement_loss.account and entry.amount < 0
      where settlement.generation is null or entry.sequence is null`,
    says: 'The loss of {generation} on {account} names the transfer {transfer}, and that does not book it.',
  },
  {
    find: `select owed.transfer as id, owed.payee, owed.cost, coalesce(sum(entry.amount), 0) as credited from (
        select coalesce(settlement.transfer, settlement_loss.transfer) as transfer, settlement.payee as payee,
          sum(settlement.cost) as cost
        from settlement
        left join settlement_loss on settlement_loss.generation = settlement.generation
          and settlement_loss.account = 'loss:late' and settlement.transfer is null
        where settlement.payee is not null and settlement.cost > 0
        group by coalesce(settlement.transfer, settlement_loss.transfer), settlement.payee) as owed
      left join entry on entry.transfer = owed.transfer and entry.account || '' = 'payable:' || owed.payee and entry.amount > 0
      group by owed.transfer, owed.payee, owed.cost having owed.cost <> coalesce(sum(entry.amount), 0)`,
    says: 'Transfer {id} owes {payee} {cost} by its settlements, and credits it {credited}.',
  },
  {
    find: `select account.id, account.balance from account
      left join operation on 'hold:' || operation.id = account.id and operation.state = 'open'
      where account.kind = 'hold' and (account.balance < 0 or (account.balance <> 0 and operation.id is null))`,
    says: 'Account {id} has {balance}, and nothing runs that it is set aside for.',
  },
  {
    find: `select refund.transfer as id, refund.generation, refund.amount from refund
      left join transfer on transfer.id = refund.transfer and transfer.kind = 'refund'
        and transfer.amount = refund.amount and transfer.reference = refund.generation
      where transfer.id is null`,
    says: 'The refund {id} of {generation} is {amount}, and its transfer says otherwise.',
  },
  {
    find: `select refund.generation, sum(refund.amount) as refunded, settlement.payable from refund
      left join settlement on settlement.generation = refund.generation
      group by refund.generation, settlement.payable having sum(refund.amount) > coalesce(settlement.payable, 0)`,
    says: 'Of {generation} {refunded} were refunded, and {payable} paid.',
  },
  {
    find: `select generation, charge, payable, hold from settlement
      where payable < 0 or payable > charge or payable > hold
        or (state = 'released' and payable <> 0)`,
    says: 'The settlement of {generation} pays {payable} of a charge of {charge} and a hold of {hold}.',
  },
  {
    find: `select settlement.generation from settlement
      left join settlement_loss on settlement_loss.generation = settlement.generation
      group by settlement.generation, settlement.state, settlement.hold, settlement.charge, settlement.payable
      having (settlement.state = 'released' and coalesce(sum(settlement_loss.amount), 0) <> settlement.hold)
        or coalesce(sum(settlement_loss.amount), 0) < settlement.charge - settlement.payable`,
    says: 'The settlement of {generation} leaves money that neither its wallet nor a loss account bears.',
  },
];

const usageLog: readonly Rule[] = [
  {
    find: `select generation.id from generation left join settlement on settlement.generation = generation.id
      where settlement.generation is null`,
    says: 'Generation {id} stands in the usage log and was never settled.',
  },
  {
    find: `select settlement.generation from settlement left join generation on generation.id = settlement.generation
      where generation.id is null and settlement.ended_at > :since
        and not exists (select 1 from workspace where workspace.wallet = settlement.wallet
          and (workspace.erased_at is not null or exists (select 1 from erasure
            where erasure.subject = workspace.id and erasure.state = 'purging')))`,
    says: 'The settlement of {generation} is missing from the usage log.',
  },
  {
    find: `select settlement.generation from settlement join generation on generation.id = settlement.generation
      where settlement.hold <> generation.hold or settlement.charge <> generation.charge
        or settlement.payable <> generation.payable
        or settlement.input <> generation.input or settlement.cached_input <> generation.cached_input
        or settlement.cache_write_5m <> generation.cache_write_5m or settlement.cache_write_1h <> generation.cache_write_1h
        or settlement.output <> generation.output or settlement.reasoning <> generation.reasoning
        or coalesce(settlement.price_version, '') <> coalesce(generation.price_version, '')
        or (settlement.state = 'released') <> (generation.end_reason = 'crashed')`,
    says: 'The settlement of {generation} and its row in the usage log say different things.',
  },
];

/** The books in both directions: entries, transfers, settlements, usage log (MONEY §6). */
export const bookRules: readonly Rule[] = [...entries, ...settlements, ...usageLog];
