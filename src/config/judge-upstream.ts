import type { Price } from '#core/money/price.ts';
import { openCatalogue } from './catalogue.ts';
import type { ModelConfig, UpstreamConfig } from './config.ts';
import { ConfigProblem } from './config-problem.ts';
import type { ConfigSource } from './config-source.ts';
import { toPrice } from './file-price.ts';
import { toFileUpstreams } from './file-upstreams.ts';
import { freezeDeeply } from './freeze.ts';
import { judgeFile } from './judge-file.ts';
import { toPublicModels } from './public-models.ts';
import type { PlainSection } from './yaml-file.ts';

/** The place that sentences of `problemAt` begin with; nobody wrote a file here, so it is cut off again. */
const given: ConfigSource = { name: 'given', settings: new Map() };
const place = `${given.name}: `;

export type JudgedUpstream = { readonly upstream: UpstreamConfig; readonly models: readonly ModelConfig[] };

type Says = { readonly says: string };

type Written = {
  readonly name: string;
  /** As the file would say it below `upstreams.<name>`. */
  readonly upstream: unknown;
  /** As the file would say it below `models`. */
  readonly models: unknown;
};

/**
 * Judges an upstream that was given while Fairlead runs by the rules of the file, and says what is wrong in the file's words.
 * `firstContentMs` is the wait of all models that say nothing else; of prices the catalogue's of `now` hold.
 */
export async function judgeUpstream(
  { name, upstream, models }: Written,
  { firstContentMs, now }: { readonly firstContentMs: number; readonly now: Date },
): Promise<JudgedUpstream | Says> {
  return await orSays(async () => {
    // A parser: judgeFile reads every value of it.
    const root = { upstreams: { [name]: upstream }, ...(models === undefined ? {} : { models }) } as PlainSection;
    const settings = judgeFile(root, given);
    let opened: ReturnType<typeof openCatalogue> | undefined;
    const catalogue = () => {
      opened ??= openCatalogue(now);
      return opened;
    };
    const [offer] = await toFileUpstreams({ settings, source: given, catalogue, listedPrice: () => undefined });
    if (!offer) return { says: 'There is no upstream in it.' };
    const waits = { divideBy: 1, firstContentMs };
    const nothingElse = { defaultModel: undefined, autoModels: undefined, waits };
    return freezeDeeply({
      upstream: offer.upstream,
      models: toPublicModels([offer], { written: settings.models ?? {}, ...nothingElse }, given),
    });
  });
}

/** The same of a price alone. */
export async function judgePrice(price: unknown): Promise<Price | Says> {
  return await orSays(async () => {
    // A parser, as above.
    const models = { model: { price } };
    const root = { upstreams: { upstream: { models } } } as PlainSection;
    const settings = judgeFile(root, given);
    const written = settings.upstreams?.upstream?.models?.model?.price;
    if (written === undefined) return { says: 'Say the price, such as { input: 0.25, output: 2.00 } or free.' };
    return toPrice(written, ['price'], given);
  });
}

async function orSays<Value>(judge: () => Promise<Value>): Promise<Value | Says> {
  try {
    return await judge();
  } catch (thrown) {
    if (!(thrown instanceof ConfigProblem)) throw thrown;
    const { message } = thrown;
    return { says: message.startsWith(place) ? message.slice(place.length) : message };
  }
}
