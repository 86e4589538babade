import { configFindings } from '#config/config-findings.ts';
import { effectiveConfig } from '#config/effective-config.ts';
import { processConfig } from '#config/process-config.ts';
import { printJson, printPlainly } from './print.ts';

/** Judges the configuration as a start would, and shows what holds then, who said so, and what may not be meant. */
export async function checkConfig(asJson: boolean): Promise<number> {
  const config = await processConfig();
  const settings = effectiveConfig(config);
  const findings = configFindings(config);
  if (asJson) {
    printJson({ settings, findings });
    return 0;
  }
  printPlainly(settings);
  for (const { name, says } of findings) process.stdout.write(`\n${name}: ${says}\n`);
  return 0;
}
