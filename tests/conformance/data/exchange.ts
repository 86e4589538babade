import type { Dialect } from '../oracle/summary.ts';

/** One recorded request and what came back; or, of some sources, what came back alone. */
export type Exchange = {
  readonly id: string;
  readonly source: 'exchanges' | 'vercel' | 'fixtures';
  readonly dialect: Dialect;
  readonly request: string | undefined;
  readonly url: string;
  readonly status: number;
  readonly isStream: boolean;
  readonly reply: string | undefined;
};
