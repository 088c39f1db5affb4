/** Which of Google's metadata servers an instance has (metadata notes 13). */
export const PROFILE_NAMES = ['gce', 'gke', 'cloud-run'] as const;

export type ProfileName = (typeof PROFILE_NAMES)[number];

/** One setting: the values that it may have, and its value where nobody says another. */
interface Setting<T> {
  readonly values: { readonly oneOf: readonly T[] } | { readonly from: number; readonly to: number };
  readonly default: T;
  /** Profiles whose default is another. */
  readonly of?: { readonly [profile in ProfileName]?: T };
  /** What it decides, for help and error messages. */
  readonly decides: string;
}

type Choice = string | number | boolean;

/** A setting with a few values, the default first. */
function choice<const T extends Choice>(
  decides: string,
  values: readonly [T, ...T[]],
  of: Setting<T>['of'] = {},
): Setting<T> {
  return { decides, values: { oneOf: values }, default: values[0], of };
}

function wholeNumber(decides: string, standard: number, from: number, to: number): Setting<number> {
  return { decides, values: { from, to }, default: standard };
}

/** More would only be a slip of the pen. */
const UNCACHED_RATE_LIMIT = 100_000;

/** Each write looks at all of them. */
const GUEST_ATTRIBUTE_KEYS_BOUND = 100_000;

/**
 * Guess: as for a value of custom metadata, 256 KiB. The documentation bounds the rate of guest attributes in words, not
 * their size (metadata notes 8.5.7).
 *
 * @see https://cloud.google.com/compute/docs/metadata/manage-guest-attributes
 */
const GUEST_ATTRIBUTE_VALUE_BYTES = 256 * 1024;

/** Guess: as for all custom metadata, 512 KiB (metadata notes 8.5.7). */
const GUEST_ATTRIBUTES_BYTES = 512 * 1024;

/** All guest attributes of an instance are one record, held in memory whole while one of them is written. */
const GUEST_ATTRIBUTES_BOUND_BYTES = 4 * 1024 * 1024;

/** What waits holds a connection; of the 1,000 that a listener takes, some must be left to those who do not wait. */
const WAITER_LIMIT = 900;

/**
 * Everything about a metadata server on which published sources disagree or say nothing (metadata notes 14).
 *
 * The defaults are the notes' own recommendations; none of them was seen at a real server by us.
 */
export const METADATA_SETTINGS = {
  wrongFlavor: choice('the status of a Metadata-Flavor other than Google', [403, 404]),
  unknownPathWithoutFlavor: choice('the status of an unknown path without Metadata-Flavor', [403, 404]),
  rootNeedsFlavor: choice('whether / needs Metadata-Flavor too', [false, true], { gke: true }),
  legacyFlavorHeader: choice('whether X-Google-Metadata-Request: True is as good', [true, false], {
    gke: false,
  }),
  forwardedFor: choice('which X-Forwarded-For is refused', ['any', 'non-empty', 'none']),
  forwardedForBody: choice('what the refusal of X-Forwarded-For says', ['page', 'reason']),
  checksHost: choice('whether a Host that is not the server is refused', [true, false]),
  httpsOnly: choice('whether plain HTTP is refused', [false, true]),
  setsUpHttps: choice(
    'whether the files for TLS are there unless an attribute says otherwise',
    [true, false],
    {
      gke: false,
      'cloud-run': false,
    },
  ),
  listsUniverse: choice('whether the listing of v1/ shows universe/', [false, true]),
  recursiveUniverse: choice('whether the recursive root shows universe', [false, true]),
  universeContentType: choice('the content type of universe-domain', ['application/text', 'text/plain']),
  identityContentType: choice('the content type of an identity token', ['application/text', 'text/html']),
  standardIdentityEmail: choice('whether a standard identity token has email', [false, true], {
    gke: true,
    'cloud-run': true,
  }),
  unknownIdentityFormat: choice('what an unknown format is', ['refused', 'standard']),
  tokenEtag: choice('whether a token has an ETag', [false, true]),
  tokenFlavor: choice('whether a token has Metadata-Flavor', [true, false]),
  honoursScopes: choice('whether scopes= counts without enforce_scopes', [false, true], {
    gke: true,
    'cloud-run': true,
  }),
  scopesNotGranted: choice('the status of scopes that the instance does not have', [400, 403]),
  uncachedTokensPerSecond: wholeNumber(
    'requests for tokens that cannot be cached, a second',
    50,
    1,
    UNCACHED_RATE_LIMIT,
  ),
  xssProtection: choice('the value of X-XSS-Protection', ['0', '1; mode=block']),
  errorBodies: choice('what 400, 405, 429 and 503 look like', ['page', 'text']),
  allowHeader: choice('whether 405 has an Allow header', [false, true]),
  altOnListing: choice('what alt is on a listing', ['refused', 'ignored']),
  unknownAlt: choice('what an unknown alt is', ['refused', 'ignored']),
  slashlessRecursive: choice('how DIR?recursive=true is answered', ['redirect', 'directly']),
  nonIntegerTimeout: choice('what a timeout_sec that is no whole number is', ['refused', 'ignored', 'error']),
  zeroTimeout: choice('what timeout_sec=0 is', ['at-once', 'unbounded']),
  waiterLimit: wholeNumber('requests that wait for a change at once', 500, 1, WAITER_LIMIT),
  guestAttributeValueBytes: wholeNumber(
    'bytes of the value of a guest attribute',
    GUEST_ATTRIBUTE_VALUE_BYTES,
    1,
    GUEST_ATTRIBUTES_BOUND_BYTES,
  ),
  guestAttributesBytes: wholeNumber(
    'bytes of the names and values of all guest attributes',
    GUEST_ATTRIBUTES_BYTES,
    1,
    GUEST_ATTRIBUTES_BOUND_BYTES,
  ),
  guestAttributeKeys: wholeNumber('guest attributes of an instance', 1000, 1, GUEST_ATTRIBUTE_KEYS_BOUND),
  guestAttributeWritesPerSecond: wholeNumber(
    'writes of guest attributes, a second',
    100,
    1,
    UNCACHED_RATE_LIMIT,
  ),
  noUpcomingMaintenance: choice('upcoming-maintenance while there is none', ['unavailable', 'NONE']),
  upcomingMaintenanceKeys: choice('how the keys of upcoming-maintenance are spelled', [
    'snake_case',
    'kebab-case',
    'camelCase',
  ]),
  upcomingMaintenanceAlt: choice('what upcoming-maintenance is without alt', ['text', 'json']),
  idleStopState: choice('stop-state while nothing stops', ['absent', 'UNSPECIFIED', 'UNKNOWN']),
} as const satisfies Readonly<Record<string, Setting<Choice>>>;

type ValueOf<S> = S extends Setting<infer T> ? T : never;

export type SettingName = keyof typeof METADATA_SETTINGS;

/** Every setting with its value. */
export type MetadataSettings = {
  readonly [name in SettingName]: ValueOf<(typeof METADATA_SETTINGS)[name]>;
};

/** What is said of an instance's metadata server; the rest follows from the profile. */
export type MetadataProfile = { readonly profile?: ProfileName } & Partial<MetadataSettings>;

/** All names, for schemas and tests; the cast restores the key type that `Object.keys` forgets. */
export const SETTING_NAMES = Object.keys(METADATA_SETTINGS) as readonly SettingName[];

/** Returns the settings of a profile, those that were given before its own. */
export function settingsOf({ profile = 'gce', ...given }: MetadataProfile = {}): MetadataSettings {
  const settings = SETTING_NAMES.map((name) => {
    const { default: standard, of }: Setting<Choice> = METADATA_SETTINGS[name];
    return [name, given[name] ?? of?.[profile] ?? standard];
  });
  // Each name has a value of its own setting: given ones are typed, and the others stand in the table.
  return Object.fromEntries(settings) as MetadataSettings;
}

/** Says whether a value is one that a setting may have. */
export function isSettingValue(name: SettingName, value: unknown): boolean {
  const { values }: Setting<Choice> = METADATA_SETTINGS[name];
  if ('oneOf' in values) return values.oneOf.some((known) => known === value);
  return Number.isInteger(value) && Number(value) >= values.from && Number(value) <= values.to;
}
