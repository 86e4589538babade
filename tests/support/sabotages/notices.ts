import type { Sabotage } from '../sabotage.ts';

/** Of what people are told before it holds. */
export const noticeSabotages: readonly Sabotage[] = [
  {
    name: 'webhooks-hear-of-notices',
    file: 'src/store/sql/delivery-rows.ts',
    find: 'added += await addDelivery(sql, webhook, told, newId);',
    replace: '',
    breaks: ['tests/store/webhooks.test.ts'],
  },
  {
    name: 'webhooks-are-signed',
    file: 'src/outgoing/webhooks/sign-webhook.ts',
    find: '.update(`${id}.${timestamp}.${body}`)',
    replace: '.update(`${id}.${timestamp}`)',
    breaks: ['tests/journeys/webhooks.test.ts'],
  },
  {
    name: 'another-host-is-somebody-else',
    file: 'src/core/privacy/notices/sub-processors.ts',
    find: "return isSame && (row.host === key.host || row.host === '');",
    replace: 'return isSame;',
    breaks: ['tests/store/notices.test.ts'],
  },
  {
    name: 'members-addresses-are-public',
    file: 'src/keeper/webhooks/webhook-post.ts',
    find: 'isOperators: !webhook.isGuarded,',
    replace: 'isOperators: true,',
    breaks: ['tests/journeys/webhooks.test.ts', 'tests/store/webhooks.test.ts'],
  },
  {
    name: 'objections-are-kept',
    file: 'src/core/routing/provider-rules.ts',
    find: "if (rules.objections.includes(endpoint.upstream.name)) return 'sub_processor:objection';",
    replace: '',
    breaks: ['tests/journeys/notices.test.ts', 'tests/properties/fail-closed.test.ts'],
  },
  {
    name: 'new-ones-wait-for-their-day',
    file: 'src/core/routing/eligible.ts',
    find: "if (isTooNew(endpoint, ask)) return 'sub_processor:notice';",
    replace: '',
    breaks: ['tests/journeys/notices.test.ts', 'tests/properties/fail-closed.test.ts'],
  },
  {
    name: 'decisions-are-questions-of-their-own',
    file: 'src/core/routing/sift.ts',
    find: 'regions, objections, agreed];',
    replace: 'regions];',
    breaks: ['tests/properties/fail-closed.test.ts'],
  },
  {
    name: 'versions-wait-for-their-notice',
    file: 'src/keeper/trust/policy-shelf.ts',
    find: 'if (!policy.material) return policy;',
    replace: 'if (policy.version > 0) return policy;',
    breaks: ['tests/store/notices.test.ts'],
  },
  {
    name: 'broken-links-are-told',
    file: 'src/keeper/links/check-links.ts',
    find: 'return (status >= 200 && status < 400)',
    replace: 'return (status >= 0 && status < 600)',
    breaks: ['tests/journeys/upstream-links.test.ts'],
  },
  {
    name: 'red-shows-as-red',
    file: 'src/core/privacy/evidence/evidence.ts',
    find: "if (failed.length > 0) return { result: 'failed'",
    replace: "if (failed.length < 0) return { result: 'failed'",
    breaks: ['tests/journeys/evidence.test.ts'],
  },
  {
    name: 'what-did-not-run-is-not-shown',
    file: 'src/core/privacy/evidence/evidence.ts',
    find: 'if (unrun.length > 0 || tests.length === 0) return',
    replace: 'if (unrun.length < 0) return',
    breaks: ['tests/journeys/evidence.test.ts'],
  },
  {
    name: 'nobody-is-told-twice',
    file: 'src/store/sql/tell-notice.ts',
    find: 'on conflict (id) do nothing',
    replace: 'on conflict (id) do update set at = excluded.at',
    breaks: ['tests/store/notices.test.ts'],
  },
];
