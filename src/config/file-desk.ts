import type { Price } from '#core/money/price.ts';
import type { Catalogue } from './catalogue.ts';
import type { ConfigSource } from './config-source.ts';
import type { FileSettings } from './file-schema.ts';

/** What reading one configuration file leans on. */
export type FileDesk = {
  readonly settings: FileSettings;
  readonly source: ConfigSource;
  readonly catalogue: () => Promise<Catalogue>;
  /** From the lists that `price_lists` names: they come before the catalogue. */
  readonly listedPrice: (provider: string, model: string) => Price | undefined;
};
