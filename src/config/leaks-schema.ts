import { z } from 'zod';
import { section, text } from './schema-kinds.ts';

const example = 'https://api.github.com/meta/public_keys/secret_scanning';

/** `leaks`: who may hand in keys that it found, beside anybody who holds one. */
export const leaks = section({
  github: section({
    keys_url: z
      .url({ protocol: /^https?$/, error: `must be an address such as ${example}` })
      .describe('Where GitHub publishes the keys that it signs its notices with.')
      .optional(),
    keys: z
      .record(z.string().min(1).max(200), text('A public key in PEM.'), {
        error: 'must be a section with one entry for each key',
      })
      .refine((keys) => Object.keys(keys).length <= 20, { error: 'must name 20 keys or fewer' })
      .describe('Those keys by their identifiers; then none is asked for.')
      .optional(),
  })
    .describe('Takes notices of the secret scanning of GitHub.')
    .optional(),
});
