import type { Arguments } from './arguments.ts';
import { Refused } from './command.ts';

const tagPattern = /^[a-z0-9][a-z0-9._-]{0,31}$/;
const tagsMax = 8;

/** Words of a key by which usage is added up; undefined: nothing is said of them. */
export function tagsOf(args: Arguments): readonly string[] | undefined {
  const given = args.isList('tags') ? args.texts('tags', "the key's tags") : splitTags(args);
  if (given === undefined) return undefined;
  const tags = [...new Set(given)];
  if (tags.length > tagsMax || !tags.every((tag) => tagPattern.test(tag))) {
    throw new Refused(
      `Say up to ${tagsMax} tags of small letters, digits, ".", "_" and "-", each of up to 32 characters.`,
    );
  }
  return tags.toSorted();
}

function splitTags(args: Arguments): readonly string[] | undefined {
  return args.optionalText('tags', "the key's tags, with commas between", 300)?.split(',');
}
