import { credentialNames } from '../catalogue/upstream-vault.ts';
import type { Arguments } from './arguments.ts';
import { Refused } from './command.ts';

type Section = Readonly<Record<string, unknown>>;

/** What somebody says of an upstream, in the file's words; credentials apart from the rest. */
export type Written = {
  readonly upstream: Section;
  readonly secrets: Section;
  /** Facts of public models; undefined: nothing was said. */
  readonly models: Section | undefined;
};

/** All of it, credentials too: what a person writes is far smaller. */
const charactersMax = 262_144;

/** Nothing of it is believed yet: the rules of the file judge it. */
export function readWritten(args: Arguments): Written {
  const said = args.section('upstream', 'the upstream, in the words of the configuration file');
  const models = args.section('models', 'facts of public models, in the words of the configuration file');
  if (JSON.stringify([said, models]).length > charactersMax) {
    throw new Refused('That is too much for one upstream: name it in the configuration file.');
  }
  const isSecret = ([name]: readonly [string, unknown]) => credentialNames.has(name);
  const all = Object.entries(said ?? {});
  return {
    upstream: Object.fromEntries(all.filter((each) => !isSecret(each))),
    secrets: Object.fromEntries(all.filter(isSecret)),
    models,
  };
}
