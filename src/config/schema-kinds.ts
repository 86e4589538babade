import { z } from 'zod';

/** The kinds of setting. Each says in our own words what it must be: the library's words may quote the file. */

export function section<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, { error: 'must be a section of settings' });
}

export function text(meaning: string) {
  return z
    .string({ error: 'must be text' })
    .min(1, 'must not be empty')
    .max(4_096, 'must be 4096 characters or fewer')
    .describe(meaning);
}

/** Text that replies tell in a header, where nothing else than ASCII may stand. */
export function headerText(meaning: string) {
  return text(meaning).regex(/^[\x20-\x7e]*$/, 'must be plain ASCII, since replies tell it in a header');
}

export function truth(meaning: string) {
  return z.boolean({ error: 'must be true or false' }).describe(meaning);
}

export function whole(least: number, most: number) {
  const says = `must be a whole number from ${least} to ${most}`;
  return z.int({ error: says }).min(least, says).max(most, says);
}
