import type { Judges } from '#keeper/catalogue/judges.ts';

/** The rules of the configuration file, for what is added while Fairlead runs. They are loaded when something is. */
export function fileJudges(firstContentMs: number): Judges {
  const judges = () => import('#config/judge-upstream.ts');
  return {
    upstream: async (written) => await (await judges()).judgeUpstream(written, { firstContentMs, now: new Date() }),
    price: async (written) => await (await judges()).judgePrice(written),
  };
}
