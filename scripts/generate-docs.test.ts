import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { googleApis } from '../packages/accredit/src/apis.ts';
import { type Api, method } from '../packages/accredit/src/http/method.ts';
import { METHODS_PAGE, renderMethodsPage } from './generate-docs.ts';

test('docs/methods.md is what the method tables say; npm run docs writes it anew', () => {
  assert.equal(readFileSync(METHODS_PAGE, 'utf8'), renderMethodsPage(googleApis));
});

test('a method is a row: its addresses, its permissions or the reason for none, its scopes', () => {
  const api: Api = {
    name: 'zoo',
    hosts: ['zoo.googleapis.com', 'zoo.mtls.googleapis.com'],
    family: 'esf',
    methods: [
      method({
        id: 'zoo.animals.feed',
        http: ['POST /v1/{name=animals/*}:feed', 'POST /feed/{name}'],
        scopes: ['https://www.googleapis.com/auth/cloud-platform', 'openid'],
        permission: [
          { check: 'zoo.animals.feed', on: () => 'projects/p' },
          { check: 'zoo.food.use', onBody: () => 'projects/p' },
        ],
        handle: () => ({}),
      }),
      method({ id: 'zoo.hours', http: 'GET /hours', open: 'they are on the door', handle: () => ({}) }),
    ],
  };
  const [, section] = renderMethodsPage([api]).split('\n## ');
  assert.equal(
    section,
    `zoo

\`zoo.googleapis.com\`, \`zoo.mtls.googleapis.com\`

| Method | Address | Permissions | Scopes |
|---|---|---|---|
| \`zoo.animals.feed\` | \`POST /v1/{name=animals/*}:feed\`<br>\`POST /feed/{name}\` | \`zoo.animals.feed\`<br>\`zoo.food.use\` *(body)* | \`cloud-platform\`, \`openid\` |
| \`zoo.hours\` | \`GET /hours\` | none: they are on the door | takes no access token |
`,
  );
});
