import type { CloudAccess } from '#core/routing/cloud-access.ts';
import type { CloudName, ProtocolName } from '#core/routing/endpoint.ts';

/** One call as its protocol addresses it: `path` is what would stand below the base URL of the provider's own API. */
export type Addressed = {
  readonly protocol: ProtocolName;
  readonly path: string;
  readonly model: string;
  readonly stream: boolean;
};

export type CloudPlace = {
  readonly cloud: CloudName | undefined;
  readonly cloudAccess: CloudAccess | undefined;
};

/** Where a cloud takes that call, below the account's base URL; undefined: it has no such address. */
export function cloudPath({ cloud, cloudAccess }: CloudPlace, call: Addressed): string | undefined {
  switch (cloud) {
    case undefined:
    case 'azure':
      return call.path;
    case 'bedrock':
      return bedrockPath(call);
    case 'vertex':
      return cloudAccess?.cloud === 'vertex' ? vertexPath(cloudAccess, call) : undefined;
  }
}

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html */
function bedrockPath({ protocol, path, model, stream }: Addressed): string | undefined {
  if (protocol !== 'anthropic-messages') return path;
  if (path !== '/messages') return undefined;
  return `/model/${nameInPath(model)}/${stream ? 'invoke-with-response-stream' : 'invoke'}`;
}

/** https://docs.cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.publishers.models */
function vertexPath(
  { project, location }: Extract<CloudAccess, { cloud: 'vertex' }>,
  { protocol, path, model, stream }: Addressed,
): string | undefined {
  const place = `/projects/${nameInPath(project)}/locations/${nameInPath(location)}`;
  switch (protocol) {
    case 'gemini-generate':
      return `${place}/publishers/google${path}`;
    case 'openai-chat':
      return `${place}/endpoints/openapi${path}`;
    case 'anthropic-messages': {
      const models = `${place}/publishers/anthropic/models`;
      if (path === '/messages/count_tokens') return `${models}/count-tokens:rawPredict`;
      const name = nameInPath(model).replaceAll('%40', '@');
      return path === '/messages' ? `${models}/${name}:${stream ? 'streamRawPredict' : 'rawPredict'}` : undefined;
    }
    default:
      return undefined;
  }
}

function nameInPath(name: string): string {
  return encodeURIComponent(name.toWellFormed());
}

/** What an operator may write into Azure's classic address in place of the model's own name there. */
const deploymentMark = '%7Bdeployment%7D';

/** The base URL's path, the call's path, and the query of both. */
export function joinAddress(
  { basePath, query }: { readonly basePath: string; readonly query: string },
  path: string,
  model: string,
): string {
  const base = basePath.includes(deploymentMark) ? basePath.replaceAll(deploymentMark, nameInPath(model)) : basePath;
  if (query === '') return base + path;
  return base + path + (path.includes('?') ? '&' : '?') + query;
}
