import type { RequestFacts } from '../protocol.ts';

/** What a surface reads of a caller's body, be it JSON or a form. */
export type Fields = {
  /** Undefined: it is not there, or empty. */
  text(name: string): string | undefined;
  flag(name: string): boolean | undefined;
  count(name: string, least: number): number | undefined;
  /** What splices may touch. */
  spansOf(names: readonly string[]): RequestFacts['spans'];
};
