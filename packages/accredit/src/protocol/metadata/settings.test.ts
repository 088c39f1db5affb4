import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isSettingValue,
  METADATA_SETTINGS,
  type MetadataSettings,
  SETTING_NAMES,
  settingsOf,
} from './settings.ts';

/** The recommendations of metadata notes 14. */
const GCE: MetadataSettings = {
  wrongFlavor: 403,
  unknownPathWithoutFlavor: 403,
  rootNeedsFlavor: false,
  legacyFlavorHeader: true,
  forwardedFor: 'any',
  forwardedForBody: 'page',
  checksHost: true,
  httpsOnly: false,
  setsUpHttps: true,
  listsUniverse: false,
  recursiveUniverse: false,
  universeContentType: 'application/text',
  identityContentType: 'application/text',
  standardIdentityEmail: false,
  unknownIdentityFormat: 'refused',
  tokenEtag: false,
  tokenFlavor: true,
  honoursScopes: false,
  scopesNotGranted: 400,
  uncachedTokensPerSecond: 50,
  xssProtection: '0',
  errorBodies: 'page',
  allowHeader: false,
  altOnListing: 'refused',
  unknownAlt: 'refused',
  slashlessRecursive: 'redirect',
  nonIntegerTimeout: 'refused',
  zeroTimeout: 'at-once',
  waiterLimit: 500,
  guestAttributeValueBytes: 262_144,
  guestAttributesBytes: 524_288,
  guestAttributeKeys: 1000,
  guestAttributeWritesPerSecond: 100,
  noUpcomingMaintenance: 'unavailable',
  upcomingMaintenanceKeys: 'snake_case',
  upcomingMaintenanceAlt: 'text',
  idleStopState: 'absent',
};

test('the settings of Compute Engine are those that the notes recommend (metadata notes 14)', () => {
  assert.deepEqual(settingsOf(), GCE);
  assert.deepEqual(settingsOf({ profile: 'gce' }), GCE);
});

test('GKE wants the header everywhere, and honours scopes (metadata notes 13.1)', () => {
  assert.deepEqual(settingsOf({ profile: 'gke' }), {
    ...GCE,
    rootNeedsFlavor: true,
    legacyFlavorHeader: false,
    setsUpHttps: false,
    standardIdentityEmail: true,
    honoursScopes: true,
  });
});

test('Cloud Run honours scopes, and names the account in every identity token (metadata notes 13.2)', () => {
  assert.deepEqual(settingsOf({ profile: 'cloud-run' }), {
    ...GCE,
    setsUpHttps: false,
    standardIdentityEmail: true,
    honoursScopes: true,
  });
});

test('what is given goes before the profile', () => {
  const given = { profile: 'gke', rootNeedsFlavor: false, waiterLimit: 1 } as const;
  const { rootNeedsFlavor, waiterLimit, honoursScopes } = settingsOf(given);
  assert.deepEqual([rootNeedsFlavor, waiterLimit, honoursScopes], [false, 1, true]);
});

test('a setting has the values of its table and no others', () => {
  for (const name of SETTING_NAMES) {
    const { values } = METADATA_SETTINGS[name];
    const good = 'oneOf' in values ? values.oneOf : [values.from, values.to];
    const bad = 'oneOf' in values ? [] : [values.from - 1, values.to + 1, values.from + 0.5];
    for (const value of good) assert.ok(isSettingValue(name, value), `${name}: ${String(value)}`);
    for (const value of [...bad, undefined, null, '', 'yes', Number.NaN, {}])
      assert.ok(!isSettingValue(name, value), `${name}: ${String(value)}`);
  }
});
