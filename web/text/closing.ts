// Texts of closing an account and deleting a workspace. Only the page Privacy loads them.

const things = (n: number, one: string, more: string) => (n === 1 ? `1 ${one}` : `${n} ${more}`);

export const closingText = {
  account: {
    title: 'Close your account',
    words:
      'Your account goes, and all that is kept about you but what law wants. For 14 days you can take it back. You are shown everything before you confirm.',
    button: 'Close your account',
    ask: 'Close your account?',
    goes: 'Your name, address, passkeys, sign-ins, sessions and memberships go; your requests stay without your name in them. All other sessions end now; keys of workspaces that go along do nothing within a second.',
    state: 'Your account is being closed.',
    meanwhile:
      'Until then you can take it back, or ask for a copy of your data; everything outside this page is shut to you.',
    cancel: 'Cancel closing',
    lastOperator:
      'If you are the only operator of this Fairlead, make somebody else one first: without that it is refused.',
  },
  workspace: {
    title: 'Delete this workspace',
    words: (name: string) =>
      `“${name}” goes with its keys, usage, settings and members’ access. For 14 days an owner can take it back. You are shown everything before you confirm.`,
    button: (name: string) => `Delete ${name}`,
    ask: (name: string) => `Delete ${name}?`,
    goes: 'Its keys do nothing within a second. Keys, usage, settings, invitations, files and batches go, and nobody has access any more.',
    state: (name: string) => `${name} is being deleted.`,
    meanwhile: 'Its keys do nothing. Until then an owner can take it back, and everything is as it was.',
    cancel: (name: string) => `Cancel deletion of ${name}`,
  },
  goes: 'What goes',
  when: 'When',
  dates: (days: number) => `${days} days to take it back, until `,
  goneBy: '. Then it is deleted step by step, and gone by ',
  law: 'What law keeps',
  lawWords:
    'Rows of invoices, settlements and the ledger, as long as law wants them: amounts, counts, days and random ids. The log of changes keeps a pseudonym that leads to nobody.',
  balance: 'What becomes of the left-over balance',
  noBalance: 'No money is concerned: you are the only owner of no workspace.',
  paid: {
    refund: 'of paid credit is paid back by the operator',
    forfeit: 'of paid credit is kept by the operator',
  },
  promo: 'that was given to it ends',
  nothingLeft: 'nothing is left in the wallet',
  obstacles: 'What stands in the way',
  noObstacle: 'Nothing.',
  lastOwner:
    'You are the only owner of these workspaces. Make somebody else an owner under Team first, or have them deleted along:',
  along: (name: string, members: number) =>
    members > 1
      ? `Delete ${name} too: ${things(members - 1, 'other member loses', 'other members lose')} access`
      : `Delete ${name} too`,
  operators: (name: string) =>
    `${name} is the operator’s own workspace and stays as long as this Fairlead does. Make somebody else its owner under Team.`,
  legalHold: (name: string) => `${name} is under a legal hold: nothing of it is deleted until that ends.`,
  batches: (name: string, n: number) =>
    `${things(n, 'batch', 'batches')} of ${name} must end first; what is left after 14 days holds the deletion up.`,
  objects: (name: string, n: number) =>
    `${things(n, 'object', 'objects')} that ${name} left at upstreams must be deleted there first; that is done for you.`,
  back: 'Back',
  until: 'Can be taken back until',
  gone: 'Gone by',
  receiptLink: 'How far it is',
  receiptWords:
    'Keep this address: it tells how far the deletion is, and gives the receipt for a year, also when you cannot sign in any more.',
  purging: 'The 14 days are over: it is being deleted, and cannot be taken back.',
  alongWith: 'It goes along with the account of its owner.',
} as const;
