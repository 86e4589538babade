// Runs before all other script, and imports none of it: what the first page shows is asked for while that is still on the way.

const place = 'fairlead.workspace';

/** In which workspace the person acts. */
export const workspaceChoice = {
  get: (): string | null => localStorage.getItem(place),
  set: (id: string): void => localStorage.setItem(place, id),
};

export function headersOf(workspace: string | null): Readonly<Record<string, string>> {
  return workspace === null ? {} : { 'x-fairlead-workspace': workspace };
}

/** An answer that was asked for this long ago is not what a page shows. */
const freshMs = 5_000;
const answerMs = 30_000;

/** An answer with what stood in it, read to its end; undefined: that was no JSON. */
export type Answered = { readonly ok: boolean; readonly status: number; readonly value: unknown };

type Asked = { readonly answer: Promise<Answered>; readonly workspace: string | null; readonly at: number };

const asked = new Map<string, Asked>();

/** The answer that is on its way, once; undefined: nobody asked. */
export function takeEarly(path: string): Promise<Answered> | undefined {
  const early = asked.get(path);
  asked.delete(path);
  if (!early || early.workspace !== workspaceChoice.get()) return undefined;
  return performance.now() - early.at <= freshMs ? early.answer : undefined;
}

export async function readAnswer(response: Response): Promise<Answered> {
  const { ok, status } = response;
  return { ok, status, value: await response.json().catch(() => undefined) };
}

function askEarly(path: string): void {
  const workspace = workspaceChoice.get();
  const options = { credentials: 'same-origin', headers: headersOf(workspace) } as const;
  const answer = fetch(path, { ...options, signal: AbortSignal.timeout(answerMs) }).then(readAnswer);
  // Whoever takes it is told; where nobody does, nobody misses it.
  answer.catch(() => {});
  asked.set(path, { answer, workspace, at: performance.now() });
}

/** Who never chose a workspace here was never signed in: only the question who it is makes sense. */
function firstQuestions(): readonly string[] {
  const page = location.pathname.replace(/^\/console\/?/, '');
  if (page === 'sign-in') return ['/api/auth/doors'];
  if (page === 'sign-up') return [];
  if (workspaceChoice.get() === null) return ['/api/v1/me'];
  const everywhere = ['/api/v1/me', '/api/v1/notices'];
  return page === '' ? [...everywhere, '/api/v1/wallet', '/api/v1/usage?by=day', '/api/v1/keys'] : everywhere;
}

for (const path of firstQuestions()) askEarly(path);
