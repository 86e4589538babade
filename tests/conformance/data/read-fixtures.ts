import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../support/run-result.ts';
import { at, isPlain } from '../oracle/plain.ts';
import { type Dialect, dialects } from '../oracle/summary.ts';
import type { Exchange } from './exchange.ts';

/** Our own fixtures: small, and present in every clone. `.sse` is a stream, `.json` a request or a whole reply. */
export function readFixtures(): Exchange[] {
  return dialects.flatMap((dialect) => {
    const folder = join(repository, 'tests/fixtures', dialect);
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(sse|json)$/.test(name))
      .sort();
    return names.flatMap((name) => {
      const content = readFileSync(join(folder, name), 'utf8');
      const kind = name.endsWith('.sse') ? 'stream' : kindOf(dialect, content);
      if (kind === undefined) return [];
      const isRequest = kind === 'request';
      return {
        id: `fixtures/${dialect}/${name}`,
        source: 'fixtures',
        dialect,
        request: isRequest ? content : undefined,
        url: dialect === 'gemini-generate' ? '/v1beta/models/model:generateContent' : '',
        status: 200,
        isStream: kind === 'stream',
        reply: isRequest ? undefined : content,
      } satisfies Exchange;
    });
  });
}

function kindOf(dialect: Dialect, content: string): 'request' | 'reply' | undefined {
  let body: unknown;
  try {
    body = JSON.parse(content);
  } catch {
    return undefined;
  }
  if (!isPlain(body)) return undefined;
  const asked = { 'openai-chat': 'messages', 'openai-responses': 'input', 'anthropic-messages': 'messages' } as const;
  const request = dialect === 'gemini-generate' ? 'contents' : asked[dialect];
  if (at(body, request) !== undefined) return 'request';
  const answers = ['choices', 'candidates', 'output', 'content', 'error'];
  return answers.some((name) => at(body, name) !== undefined) ? 'reply' : undefined;
}
