// Every address of the dashboard, and those outside it that pages point at.
export const links = {
  overview: '/',
  keys: '/keys',
  activity: '/activity',
  generation: '/activity/$id',
  models: '/models',
  playground: '/playground',
  wallet: '/wallet',
  team: '/team',
  privacy: '/privacy',
  settings: '/settings',
  operate: '/operate',
  signIn: '/sign-in',
  signUp: '/sign-up',
} as const;

export const outside = {
  docs: '/docs',
  clients: '/docs/start/clients',
  charges: '/docs/reference/charges',
  routing: '/docs/reference/routing',
  limits: '/docs/reference/limits',
  payments: '/docs/reference/payments',
  privacy: '/privacy',
  trust: '/trust',
  status: '/status',
} as const;
