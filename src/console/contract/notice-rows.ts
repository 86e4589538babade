import type { Route } from './route.ts';

/** The part of the table of routes that is about what people are told, and what their workspace decides of it. Pure data. */
export const noticeRows = {
  'notice-list': {
    ...{ method: 'GET', path: '/api/v1/notices', needs: { workspace: 'policy.read' } },
    does: 'What is told before it holds: versions of the policy, new sub-processors; the own rows of a person.',
  },
  'notice-see': {
    ...{ method: 'POST', path: '/api/v1/notices/seen', needs: 'person', body: 'notice-seen' },
    does: 'Says that a notice was seen.',
  },
  'sub-processor-list': {
    ...{ method: 'GET', path: '/api/v1/sub-processors', needs: { workspace: 'policy.read' } },
    does: 'Who gets data, from when, and what the workspace decided.',
  },
  'sub-processor-decide': {
    ...{
      method: 'PUT',
      path: '/api/v1/sub-processors/:upstream',
      needs: { workspace: 'policy.accept' },
      body: 'sub-processor',
    },
    does: 'Objects to an upstream, agrees to a new one before its day, or takes that back.',
  },
} as const satisfies Readonly<Record<string, Route>>;
