// Texts of the page of the same name; english.ts has all of them.

export const operateText = {
  title: 'Operate',
  workspaces: 'Workspaces',
  endpointsOut: 'Endpoints out',
  books: 'Books',
  right: 'right',
  wrong: 'wrong',
  transfers: (transfers: string) =>
    `${transfers} ${transfers === '1' ? 'transfer' : 'transfers'} proven in both directions`,
  frozen: 'Frozen',
  freeze: 'Freeze',
  unfreeze: 'Unfreeze',
  freezeTitle: (name: string) => `Freeze ${name}?`,
  unfreezeTitle: (name: string) => `Unfreeze ${name}?`,
  freezeText:
    'None of its keys does anything, within a second. What it holds stays its own, and you can let it work again.',
  unfreezeText: 'Its keys work again within a second.',
  freezeDo: 'Freeze workspace',
  unfreezeDo: 'Unfreeze workspace',
  upstreams: 'Upstreams',
  upstream: 'Upstream',
  endpoints: 'Endpoints',
  out: (endpoints: number) => `${endpoints} out`,
  markup: 'What is put on top of prices',
  noMarkup: 'Nothing: customers pay what endpoints cost.',
  everybody: 'for everybody',
  setMarkup: 'Set markup',
  setMarkupDo: 'Set markup',
  percent: 'Percent',
  modelHint: 'Empty: for all models.',
} as const;
