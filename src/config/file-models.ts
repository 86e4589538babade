import type { UpstreamModelConfig } from './config.ts';
import { type ConfigSource, problemAt } from './config-source.ts';
import type { FileDesk } from './file-desk.ts';
import { toPrice } from './file-price.ts';
import type { UpstreamModelSettings, UpstreamSettings } from './file-schema.ts';
import { type KnownProvider, knownProvider } from './known-providers.ts';
import { isPublicName, isSandboxName, knownContext, type Offer, offerFromCatalogue } from './offer.ts';
import { settingName } from './setting-path.ts';

type Asked = {
  readonly name: string;
  readonly provider: string;
  readonly settings: UpstreamSettings;
  /** Set where the catalogue's whole list may be offered. */
  readonly known: KnownProvider | undefined;
  readonly desk: FileDesk;
};

type FileModels = Pick<Offer, 'contexts' | 'ownNames'> & { readonly models: readonly UpstreamModelConfig[] };

/** The models that the file offers at one upstream; a known provider without a list offers what the catalogue has. */
export async function fileModels(asked: Asked): Promise<FileModels> {
  const { name, settings, known, desk } = asked;
  const path = ['upstreams', name, 'models'];
  if (settings.models === undefined) {
    if (known) return withTraits(offerFromCatalogue(known, await desk.catalogue()), settings);
    throw problemAt(desk.source, path, 'is missing: name the models that this upstream serves.');
  }
  const models: UpstreamModelConfig[] = [];
  const contexts = new Map<string, number>();
  for (const [upstreamModel, written] of Object.entries(settings.models)) {
    const at = [...path, upstreamModel];
    const as = publicNameOf(upstreamModel, written, asked);
    refuseName(as, written.as === undefined ? at : [...at, 'as'], desk.source);
    const twin = models.find((model) => model.as === as);
    if (twin) {
      const says = `has the same public name as ${settingName([...path, twin.upstreamModel])}: give each its own "as".`;
      throw problemAt(desk.source, at, says);
    }
    const found = await findInCatalogue(as, upstreamModel, written, asked);
    const price =
      written.price === undefined
        ? (desk.listedPrice(asked.provider, upstreamModel) ?? found?.price)
        : toPrice(written.price, [...at, 'price'], desk.source);
    if (!price) {
      const says = 'has no price here or in the catalogue: add price, such as { input: 0.25, output: 2.00 } or free.';
      throw problemAt(desk.source, at, says);
    }
    models.push({ upstreamModel, as, price, ...traitsOf(written, settings) });
    for (const [model, context] of knownContext(found, as)) contexts.set(model, context);
  }
  return { models, contexts, ownNames: new Map() };
}

/** A whole catalogue of models has what is said of the upstream. */
function withTraits(offered: FileModels, settings: UpstreamSettings): FileModels {
  return { ...offered, models: offered.models.map((model) => ({ ...model, ...traitsOf({}, settings) })) };
}

function traitsOf(written: UpstreamModelSettings, settings: UpstreamSettings): Partial<UpstreamModelConfig> {
  const { weight, quantization = settings.quantization } = written;
  return { ...(weight === undefined ? {} : { weight }), ...(quantization === undefined ? {} : { quantization }) };
}

function publicNameOf(upstreamModel: string, written: UpstreamModelSettings, { provider }: Asked): string {
  return written.as ?? knownProvider(provider)?.publicName(upstreamModel) ?? `${provider}/${upstreamModel}`;
}

function refuseName(as: string, path: readonly string[], source: ConfigSource): void {
  if (isSandboxName(as))
    throw problemAt(source, path, 'takes a name of the simulator: choose one that does not begin with "sandbox".');
  if (!isPublicName(as)) throw problemAt(source, path, 'must be a name of 1 to 200 characters without spaces or "@".');
}

/** Only where the file leaves something out that the catalogue may know. */
async function findInCatalogue(
  as: string,
  upstreamModel: string,
  written: UpstreamModelSettings,
  { provider, desk }: Asked,
) {
  const isComplete = written.price !== undefined && desk.settings.models?.[as]?.context !== undefined;
  if (isComplete || !knownProvider(provider)) return undefined;
  return (await desk.catalogue()).find(provider, upstreamModel);
}
