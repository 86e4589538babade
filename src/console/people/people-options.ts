import type { SignInProvider } from '../identity/elsewhere.ts';
import type { PostOffice } from './post-office.ts';

export type PeopleOptions = {
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly pepper: Uint8Array;
  /** Where people reach this Fairlead, as its operator said; asked for each time, since the set-up page may say it. */
  readonly publicUrl: () => Promise<string | undefined>;
  /** Whether strangers may make themselves an account. */
  readonly signUp: 'open' | 'invited';
  /** The hash of the address that this link's secret invites; undefined where it invites nobody. */
  readonly invited: (tokenHash: string) => Promise<string | undefined>;
  /** The version of the policy that whoever makes an account accepts. */
  readonly policyVersion: () => Promise<string | undefined>;
  /** Sites at which people may sign in for us. */
  readonly providers?: readonly SignInProvider[];
  /** Whether the person asked to be deleted; left out: nobody can. */
  readonly isClosing?: (person: string) => Promise<boolean>;
  readonly post: PostOffice;
  now(): number;
};
