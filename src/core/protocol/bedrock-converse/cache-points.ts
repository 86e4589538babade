import { isObject, type JsonObject, listOf } from '../json-value.ts';
import type { Losses } from './encode-messages.ts';

const pointsMax = 4;

/** At most four marks of the cache: of too many the first stays, which holds the tools, and the last ones. */
export function limitCachePoints(body: JsonObject, losses: Losses): JsonObject {
  const points = pointsOf(body);
  if (points.length <= pointsMax) return body;
  losses.add('cache_control');
  const cut = new Set(points.slice(1, points.length - pointsMax + 1));
  const kept = (blocks: unknown) => listOf(blocks).filter((block) => !cut.has(block));
  const { toolConfig } = body;
  return {
    ...body,
    messages: listOf(body.messages).map((message) =>
      isObject(message) ? { ...message, content: kept(message.content) } : message,
    ),
    ...(body.system === undefined ? {} : { system: kept(body.system) }),
    ...(isObject(toolConfig) ? { toolConfig: { ...toolConfig, tools: kept(toolConfig.tools) } } : {}),
  };
}

/** In the order in which the model reads them. */
function pointsOf({ toolConfig, system, messages }: JsonObject): readonly unknown[] {
  const tools = isObject(toolConfig) ? listOf(toolConfig.tools) : [];
  const contents = listOf(messages).flatMap((message) => (isObject(message) ? listOf(message.content) : []));
  const all = [...tools, ...listOf(system), ...contents];
  return all.filter((block) => isObject(block) && block.cachePoint !== undefined);
}
