import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLOUD_PLATFORM, GCE, STORAGE_READ, WORKLOAD } from './instance-metadata.fixture.ts';
import { parseQuery } from './queries.ts';
import { refuse } from './refusal.ts';
import { settingsOf } from './settings.ts';
import { enforcesScopes, parseTokenQuery } from './token-query.ts';

const both = { kind: 'token', scopes: [CLOUD_PLATFORM, STORAGE_READ] };
const storageOnly = { ...both, scopes: [STORAGE_READ] };
const encoded = encodeURIComponent(STORAGE_READ);

const cases: readonly (readonly [
  rule: string,
  query: string,
  enforcesByDefault: boolean,
  request: unknown,
])[] = [
  ['9.3', '', false, both],
  ['check 123: ignored on Compute Engine', `scopes=${encoded}%2Cb`, false, both],
  [
    '9.3.9: binding parameters',
    'transport=mtls&binding-enforcement=on&bindCertificateFingerprint=x',
    false,
    both,
  ],
  ['9.3.10: recursive', 'recursive=true', false, both],
  ['check 124', 'scopes=a&enforce_scopes=false', false, refuse('scopes-not-enforceable')],
  ['9.3.8', 'enforce_scopes=n', false, refuse('scopes-not-enforceable')],
  ['9.3.8: also against the attribute', 'enforce_scopes=0', true, refuse('scopes-not-enforceable')],
  ['9.3.8: no boolean', 'enforce_scopes=maybe', true, refuse('scopes-not-enforceable')],
  ['9.3.8: empty', 'enforce_scopes=', false, refuse('scopes-not-enforceable')],
  ['check 125', `scopes=${encoded}&enforce_scopes=true`, false, storageOnly],
  ['9.3.8', `scopes=${STORAGE_READ}&enforce_scopes=y`, false, storageOnly],
  ['9.3.5: one order for the cache', `scopes=${encoded},${CLOUD_PLATFORM}&enforce_scopes=1`, false, both],
  ['9.3.8: a scope named twice', `scopes=${encoded},,${encoded},&enforce_scopes=yes`, false, storageOnly],
  ['9.3.8: none named', 'enforce_scopes=true', false, both],
  [
    '9.3.8: not a subset',
    `scopes=${encoded},https://b&enforce_scopes=true`,
    false,
    refuse('scopes-not-granted'),
  ],
  ['9.3.8: by the attribute', `scopes=${encoded}`, true, storageOnly],
  ['9.3.8: by the attribute, not a subset', 'scopes=https://b', true, refuse('scopes-not-granted')],
];

for (const [rule, query, enforcesByDefault, request] of cases) {
  test(`token?${query}, enforced by default: ${enforcesByDefault} (metadata notes, ${rule})`, () => {
    assert.deepEqual(parseTokenQuery(parseQuery(query), WORKLOAD, enforcesByDefault, GCE), request);
  });
}

const attributes: readonly (readonly [
  instance: string | undefined,
  project: string | undefined,
  enforces: boolean,
])[] = [
  [undefined, undefined, false],
  ['true', undefined, true],
  ['TRUE', undefined, true],
  [undefined, 'true', true],
  ['false', 'true', false],
  ['true', 'false', true],
  ['xyz', undefined, false],
];

function items(value: string | undefined): { key: string; value: string }[] {
  return value === undefined ? [] : [{ key: 'enable-access-token-enforce-scopes', value }];
}

for (const [instance, project, enforces] of attributes) {
  test(`enable-access-token-enforce-scopes of instance ${instance} and project ${project} (metadata notes 9.3.8)`, () => {
    assert.equal(
      enforcesScopes({ attributes: items(instance), projectAttributes: items(project) }),
      enforces,
    );
  });
}

/** Without a VM the scopes are the client's choice (metadata notes 13.1.6, 13.2.3). */
for (const profile of ['gke', 'cloud-run'] as const) {
  const settings = settingsOf({ profile });
  const asked = parseQuery(`scopes=${encoded},https://b`);

  test(`scopes= counts on ${profile}, without enforce_scopes`, () => {
    const whole = { scopes: [CLOUD_PLATFORM] };
    assert.deepEqual(parseTokenQuery(asked, whole, false, settings), {
      kind: 'token',
      scopes: [STORAGE_READ, 'https://b'],
    });
    assert.deepEqual(parseTokenQuery(parseQuery(''), whole, false, settings), { kind: 'token', ...whole });
  });

  test(`scopes beyond those declared are refused on ${profile}`, () => {
    const narrow = { scopes: [STORAGE_READ] };
    assert.deepEqual(parseTokenQuery(asked, narrow, false, settings), refuse('scopes-not-granted'));
    assert.deepEqual(parseTokenQuery(asked, WORKLOAD, true, settings), refuse('scopes-not-granted'));
  });
}

test('the status of scopes that the instance does not have is a setting (metadata notes 14)', () => {
  const query = parseQuery('scopes=https://b&enforce_scopes=true');
  const forbidden = parseTokenQuery(query, WORKLOAD, false, settingsOf({ scopesNotGranted: 403 }));
  assert.deepEqual(forbidden, refuse('scopes-forbidden'));
});
