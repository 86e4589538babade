import { ConfigProblem } from '#config/config-problem.ts';
import { catalogueList } from '#config/price-lists/catalogue-list.ts';
import { comparePrices } from '#config/price-lists/compare-prices.ts';
import type { PriceList } from '#config/price-lists/listed-price.ts';
import { readPriceList } from '#config/price-lists/read-price-list.ts';
import { processConfig } from '#config/process-config.ts';
import { printJson, printPlainly } from './print.ts';
import { readText } from './read-text.ts';

/** Where the prices of the configuration differ from the shipped catalogue and from these lists. Exit 1 when they do. */
export async function showPriceDifferences(files: readonly string[], asJson: boolean): Promise<number> {
  const config = await processConfig();
  const lists = [...files.map(readList), await catalogueList(config, new Date())];
  const { differences, endpoints, unknown } = comparePrices(config, lists);
  if (asJson) printJson({ endpoints, differences, unknown });
  else {
    printPlainly(differences);
    const inNone = unknown.length === 0 ? '' : `; in no list: ${unknown.join(', ')}`;
    process.stdout.write(`\n${endpoints} endpoints, ${differences.length} differences${inNone}.\n`);
  }
  return differences.length === 0 ? 0 : 1;
}

function readList(path: string): PriceList {
  const list = readPriceList(readText(path));
  if (list) return list;
  throw new ConfigProblem(`${path} is neither LiteLLM's list of prices nor OpenRouter's list of models.`);
}
