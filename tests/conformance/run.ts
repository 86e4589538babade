// Every recorded exchange through every protocol: `node tests/conformance/run.ts [--protocol NAME] [--verbose]
// [--json FILE] [--seed WORD] [--out FOLDER]`. The last line is `N passed, N failed`.
import { conclude, readArguments, say, secondsSince } from '../support/run-result.ts';
import type { Bench } from './checks/bench.ts';
import { checkBedrock, checkConverseRequest } from './checks/converse.ts';
import { checkFaults } from './checks/faults.ts';
import { checkNativeSurfaces } from './checks/native-surfaces.ts';
import { checkOtherProvider } from './checks/other-providers.ts';
import { checkSplicedReply } from './checks/spliced-replies.ts';
import { checkSplicedRequest } from './checks/spliced-requests.ts';
import { checkTranslatedReply } from './checks/translated-replies.ts';
import { checkTranslatedRequest } from './checks/translated-requests.ts';
import type { Exchange } from './data/exchange.ts';
import { readBedrock } from './data/read-bedrock.ts';
import { readFeatures } from './data/read-features.ts';
import { readFixtures } from './data/read-fixtures.ts';
import { readVercel, unread } from './data/read-vercel.ts';
import { findWire, readExchanges } from './data/read-wire.ts';
import { judgeExceptions } from './exceptions.ts';
import { loadProtocols } from './load-protocols.ts';
import { dialects } from './oracle/summary.ts';
import { reseed } from './random.ts';
import { renderExceptions, renderFailures, renderLosses, renderTables, writeByProtocol } from './render.ts';
import { Report } from './report.ts';
import { Schemas } from './schema/schemas.ts';

const startedAt = performance.now();
const { jsonFile, environment } = readArguments(process.argv.slice(2));
const only = environment.FAIRLEAD_TEST_PROTOCOL;
reseed(environment.FAIRLEAD_TEST_SEED ?? '');
const wire = findWire();
if (wire === undefined)
  say('No recorded exchanges here (shared/wire, or FAIRLEAD_WIRE): only our own fixtures are checked.');

const { protocols, missing } = await loadProtocols();
const report = new Report();
const bench: Bench = {
  protocols,
  report,
  schemas: wire === undefined ? undefined : new Schemas(wire),
  wanted: (dialect) => only === undefined || dialect === only,
};
for (const [name, why] of missing) {
  report.note({ table: 'protocols', pair: name, id: name }, { path: 'missing', detail: `not there yet: ${why}` });
}
for (const protocol of protocols.values()) checkFaults(bench, protocol);
const bedrock = wire === undefined ? undefined : readBedrock(wire);
const vercel = wire === undefined ? undefined : readVercel(wire);
const exchanges = readAll();
for (const exchange of exchanges) check(exchange);
if (bedrock) checkBedrock(bench, bedrock);
if (wire !== undefined && only === undefined) checkNativeSurfaces(report, wire);
const leftOut = new Map([
  ...(vercel?.leftOut ?? []),
  ...(bedrock ? [['forms of invoke that only one maker has', bedrock.leftOut] as const] : []),
]);
if (only === undefined) {
  const seen = report.ids;
  // No exchange is left out in silence: each was checked by something, or stands in the list with its reason.
  for (const { id } of exchanges) {
    const verdict = seen.has(id) ? undefined : { path: 'checks', detail: 'nothing was checked of it' };
    report.note({ table: 'exchanges checked at all', pair: 'all', id }, verdict);
  }
  for (const id of leftOut.get(unread) ?? [])
    report.note({ table: 'exchanges checked at all', pair: 'all', id }, { path: 'reader', detail: unread });
}

if (only === undefined && wire !== undefined) {
  for (const detail of judgeExceptions(report.tables, new Set(report.used.keys()))) {
    report.note({ table: 'exceptions', pair: 'all', id: 'exceptions.ts' }, { path: 'exceptions', detail });
  }
}

const verbose = environment.FAIRLEAD_TEST_VERBOSE !== undefined;
say(renderTables(report));
say(renderLosses(report));
for (const [why, files] of leftOut) say(`left out, ${why}: ${files.length}`);
say(renderExceptions(report));
say(renderFailures(report, verbose ? Number.POSITIVE_INFINITY : 60));
const folder = environment.FAIRLEAD_TEST_OUT;
if (folder !== undefined) writeByProtocol(report, folder);

const { passed, failed, excepted } = report.totals;
const seconds = secondsSince(startedAt);
say(`${excepted} named exceptions, ${seconds} s`);
const failures = report.failed.map(({ table, pair, id, path, detail }) => ({
  where: `${table}, ${pair}`,
  name: id,
  error: `${path}: ${detail}`,
}));
conclude({ passed, failed, skipped: 0, seconds, failures }, jsonFile);

function readAll(): Exchange[] {
  const fixtures = [...readFixtures(), ...[...protocols.values()].flatMap(readFeatures)];
  if (wire === undefined) return fixtures;
  const recorded = dialects.flatMap((dialect) => readExchanges(wire, dialect));
  return [...fixtures, ...recorded, ...(bedrock?.invoke ?? []), ...(vercel?.exchanges ?? [])];
}

function check(exchange: Exchange): void {
  const protocol = protocols.get(exchange.dialect);
  if (protocol === undefined) return;
  if (bench.wanted(exchange.dialect)) checkSplicedRequest(bench, protocol, exchange);
  if (exchange.status === 200) {
    checkTranslatedRequest(bench, protocol, exchange);
    checkOtherProvider(bench, protocol, exchange);
    checkConverseRequest(bench, protocol, exchange);
  }
  if (bench.wanted(exchange.dialect)) checkSplicedReply(bench, protocol, exchange);
  checkTranslatedReply(bench, protocol, exchange);
}
