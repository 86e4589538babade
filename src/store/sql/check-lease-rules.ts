import type { Rule } from './check-book-rules.ts';

/** Invariants I1 to I3 of the lease protocol, and that wallets and books say the same (MONEY §2). */
export const leaseRules: readonly Rule[] = [
  {
    find: `select allowance, "window", spent, leased, "limit" from allowance_window
      where spent + leased > "limit" and lowered_at is null`,
    says: 'Allowance {allowance} in window {window} has spent {spent} and leased {leased} of {limit}.',
  },
  {
    find: `select allowance_window.allowance, allowance_window."window", allowance_window.leased,
        coalesce(sum(lease.granted - lease.posted), 0) as open
      from allowance_window
      left join lease on lease.allowance = allowance_window.allowance
        and lease."window" = allowance_window."window" and lease.state = 'open'
      group by allowance_window.allowance, allowance_window."window", allowance_window.leased
      having allowance_window.leased <> coalesce(sum(lease.granted - lease.posted), 0)`,
    says: 'Allowance {allowance} in window {window} says {leased} is leased, its open leases have {open} left.',
  },
  {
    find: `select id, posted, granted from lease
      where posted < 0 or posted > granted or (state = 'closed' and posted <> granted)`,
    says: 'Lease {id} has posted {posted} of {granted}.',
  },
  {
    find: `select lease.id, lease.instance from lease left join instance on instance.id = lease.instance
      where lease.state = 'open' and (instance.id is null or instance.state not in ('alive', 'fenced'))`,
    says: 'Lease {id} is open, its instance {instance} is gone.',
  },
  {
    find: `select workspace.wallet as id, account.balance, allowance_window."limit" - allowance_window.spent as rest
      from workspace
      left join account on account.id = 'wallet:' || workspace.wallet
      left join allowance_window on allowance_window.allowance = workspace.wallet
      left join allowance on allowance.id = workspace.wallet
      where workspace.erased_at is null and (account.id is null or allowance_window.allowance is null or allowance.id is null
        or account.balance <> allowance_window."limit" - allowance_window.spent
        or allowance."limit" <> allowance_window."limit")`,
    says: 'Wallet {id} has {rest} left by its allowance and {balance} by the books.',
  },
  {
    find: `select workspace.wallet as id, account.balance from workspace
      join account on account.id = 'wallet:' || workspace.wallet
      where workspace.erased_at is not null and account.balance <> 0`,
    says: 'Wallet {id} has {balance} by the books, and its workspace was deleted.',
  },
];
