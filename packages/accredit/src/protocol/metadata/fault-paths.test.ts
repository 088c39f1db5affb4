import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAULT_PATH_LIMIT, mayBeTokenPath, parseFaultPath } from './fault-paths.ts';

const V1 = '/computeMetadata/v1';

const paths: readonly (readonly [text: string, path: string | undefined])[] = [
  ['*', '*'],
  ['/', '/'],
  ['instance/id', `${V1}/instance/id`],
  ['/instance/id', `${V1}/instance/id`],
  ['instance', `${V1}/instance`],
  ['project/*', `${V1}/project/*`],
  ['/computeMetadata/v1/instance/*', `${V1}/instance/*`],
  ['computeMetadata/v1/instance/id', `${V1}/instance/id`],
  ['/computeMetadata//v1/instance/id', `${V1}/instance/id`],
  ['/latest/meta-data', '/latest/meta-data'],
  ['instance*', `${V1}/instance*`],
  ['oslogin/*', `${V1}/oslogin/*`],
  ['universe/*', `${V1}/universe/*`],
  ['/universe/universe-domain', `${V1}/universe/universe-domain`],
  ['instances', undefined],
  ['/instances', '/instances'],
  ['v1/instance/id', undefined],
  ['foo', undefined],
  ['foo*', undefined],
  ['', undefined],
  ['instance/*/token', undefined],
  ['instance/**', undefined],
  ['instance/id?alt=json', undefined],
  ['instance/%69d', undefined],
  ['instance/i d', undefined],
  ['instance/ä', undefined],
  [`/${'x'.repeat(FAULT_PATH_LIMIT - 1)}`, `/${'x'.repeat(FAULT_PATH_LIMIT - 1)}`],
  [`/${'x'.repeat(FAULT_PATH_LIMIT)}`, undefined],
];

for (const [text, path] of paths) {
  test(`the path of a fault '${text.slice(0, 40)}' (${text.length}) is ${String(path).slice(0, 40)}`, () => {
    assert.equal(parseFaultPath(text), path);
  });
}

const ACCOUNTS = `${V1}/instance/service-accounts/`;

const tokenPatterns: readonly (readonly [pattern: string, may: boolean])[] = [
  ['*', true],
  ['/*', true],
  [`${V1}/instance/serv*`, true],
  [`${ACCOUNTS}*`, true],
  [`${ACCOUNTS}def*`, true],
  [`${ACCOUNTS}default/*`, true],
  [`${ACCOUNTS}default/tok*`, true],
  [`${ACCOUNTS}default/token*`, true],
  [`${ACCOUNTS}a@b.c/token`, true],
  [`${ACCOUNTS}default/token/*`, false],
  [`${ACCOUNTS}default/tokens*`, false],
  [`${ACCOUNTS}default/identity`, false],
  [`${ACCOUNTS}default/`, false],
  [`${V1}/instance/id`, false],
  [`${V1}/project/*`, false],
  ['/', false],
];

for (const [pattern, may] of tokenPatterns) {
  test(`a request for a token ${may ? 'may fit' : 'never fits'} '${pattern}'`, () => {
    assert.equal(mayBeTokenPath(pattern), may);
  });
}
