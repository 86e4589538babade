import { type Context, Hono } from 'hono';
import type { RunCommand } from '#console/command-link.ts';

/** What anybody may check our signatures with: the keys, and the log of promises with its proofs. JSON, no sign-in. */
export function logRoutes(command: RunCommand): Hono {
  const app = new Hono();
  app.get('/.well-known/fairlead-keys.json', (context) => answer(context, command('trust-keys', {})));
  app.get('/log/head', (context) => answer(context, command('log-head', {})));
  app.get('/log/entries', (context) => {
    const { from = '0' } = context.req.query();
    if (!countShape.test(from)) return refuse(context, 400, 'Say "from" as the place of the first entry.');
    return answer(context, command('log-entries', { from }));
  });
  app.get('/log/proof', (context) => {
    const { entry, first, size } = context.req.query();
    const numbers = [entry, first, size].filter((number) => number !== undefined);
    if (!numbers.every((number) => countShape.test(number))) {
      return refuse(context, 400, 'Say "entry", "first" and "size" as whole numbers.');
    }
    return answer(context, command('log-proof', { entry, first, size }));
  });
  return app;
}

const countShape = /^\d{1,9}$/;

const headers = { 'cache-control': 'no-cache', 'access-control-allow-origin': '*' };

async function answer(context: Context, asking: ReturnType<RunCommand>): Promise<Response> {
  const outcome = await asking;
  if ('refused' in outcome) return refuse(context, 503, outcome.refused);
  const { value } = outcome;
  if (typeof value !== 'object' || value === null) return refuse(context, 404, 'Nothing was entered yet.');
  if ('problem' in value) return refuse(context, 400, String(value.problem));
  return context.json(value, 200, headers);
}

function refuse(context: Context, code: 400 | 404 | 503, message: string): Response {
  return context.json({ error: { code, message } }, code, headers);
}
