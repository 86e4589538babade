import type { Route } from './route.ts';

/** The part of the table of routes that is about letters: which a person gets, and news that an operator sends. Pure data. */
export const mailRows = {
  'mail-show': {
    ...{ method: 'GET', path: '/api/v1/mail', needs: 'person' },
    does: 'Which letters the person gets, and what it agreed to: the words, when, and until when.',
  },
  'mail-choose': {
    ...{ method: 'PUT', path: '/api/v1/mail', needs: 'person', body: 'mail', ownLog: true },
    does: 'Agrees to news by mail, in the words that were shown, or takes that back.',
  },
} as const satisfies Readonly<Record<string, Route>>;
