import { z } from 'zod';
import { bodies } from './bodies.ts';
import type { BodyName } from './body-names.ts';
import type { Route } from './route.ts';
import { routes } from './routes.ts';

/** OpenAPI 3.1 of every address for people and their programs, made of the table that the server goes by. */
export function openApi(version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [name, route] of Object.entries<Route>(routes)) {
    const path = route.path.replace(/:(\w+)(\{.*\})?/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(name, route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Fairlead account API', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'A key of the workspace.' },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-fairlead.session_token' },
      },
    },
  };
}

function operationOf(name: string, route: Route): object {
  const { path, needs, does, body, proof } = route;
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, parameter]) => ({
    ...{ name: parameter, in: 'path', required: true, schema: { type: 'string' } },
  }));
  const workspace = { name: 'x-fairlead-workspace', in: 'header', required: false, schema: { type: 'string' } };
  const isInWorkspace = typeof needs === 'object' && 'workspace' in needs;
  return {
    operationId: name,
    summary: does,
    ...(proof ? { description: 'A session must have shown its password within ten minutes: POST /api/v1/proof.' } : {}),
    parameters: [...inPath, ...(isInWorkspace ? [workspace] : [])],
    security: securityOf(route),
    ...(isInWorkspace ? { 'x-permission': needs.workspace } : {}),
    ...(body === undefined ? {} : { requestBody: bodyOf(body) }),
    responses: { default: { description: 'JSON: `data`, or `error` with a sentence.' } },
  };
}

function securityOf({ needs, byPerson }: Route): readonly object[] {
  if (needs === 'anybody') return [];
  return typeof needs === 'object' && !byPerson ? [{ key: [] }, { session: [] }] : [{ session: [] }];
}

function bodyOf(name: BodyName): object {
  return { required: true, content: { 'application/json': { schema: z.toJSONSchema(bodies[name]) } } };
}
