/** Every endpoint answers whoever it is open to, at each of its addresses; each scope of the others is sufficient. */
import assert from 'node:assert/strict';
import { openTestCloud } from '../api.fixture.ts';
import { findTestRole } from '../one-permission.fixture.ts';
import { testPermissions } from '../permission-suite.fixture.ts';
import { assertionOf, claimsOf, JWT_BEARER, makeKeyHolder } from './assertion.fixture.ts';
import { oauth2 } from './index.ts';
import { OAUTH_PERMISSIONS } from './permissions.fixture.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** Opens the cloud with an account, with a key where the method reads one: keys take their time. */
async function openWithAccount(id: string) {
  const cloud = await openTestCloud([oauth2], {}, findTestRole);
  const readsKey = id === 'oauth2.token' || id.startsWith('oauth2.serviceAccounts.');
  const holder = readsKey ? await makeKeyHolder(cloud, 'robot-1') : undefined;
  return { cloud, holder, email: holder?.email ?? (await cloud.account('robot-1')) };
}

/** Returns the parameters of a method that takes any. */
async function parametersOf(
  id: string,
  { cloud, holder, email }: Awaited<ReturnType<typeof openWithAccount>>,
): Promise<string> {
  if (id === 'oauth2.token' && holder !== undefined) {
    const assertion = assertionOf(claimsOf(holder), holder.privateKey);
    return new URLSearchParams({ grant_type: JWT_BEARER, assertion }).toString();
  }
  return id.startsWith('oauth2.tokeninfo') ? `access_token=${await cloud.token(email)}` : '';
}

testPermissions({
  api: oauth2,
  source: 'OAuth 2.0 Scopes for Google APIs',
  expected: OAUTH_PERMISSIONS,
  async prepare({ id, verb, template }) {
    const opened = await openWithAccount(id);
    const parameters = await parametersOf(id, opened);
    const path = template.replace('{account}', encodeURIComponent(opened.email));
    const url = `https://oauth2.googleapis.com${path}`;
    return verb === 'POST' && parameters !== ''
      ? { cloud: opened.cloud, url, request: { headers: FORM, body: parameters } }
      : { cloud: opened.cloud, url: `${url}?${parameters}` };
  },
  assertRefused: () => assert.fail('it asks for no permission'),
  assertScopesRefused({ json }) {
    assert.equal(json.error.message, 'Request had insufficient authentication scopes.');
  },
});
