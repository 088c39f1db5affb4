import { z } from 'zod';
import type { AttributeTree } from '../protocol/metadata/instance-metadata.ts';
import {
  isSettingValue,
  METADATA_SETTINGS,
  type MetadataSettings,
  PROFILE_NAMES,
  SETTING_NAMES,
  type SettingName,
} from '../protocol/metadata/settings.ts';
import {
  CERTIFICATE_LIMIT,
  CERTIFICATE_PEM,
  PARTNER_ATTRIBUTE_NAME,
  PARTNER_ATTRIBUTE_VALUE,
  PARTNER_ATTRIBUTES_DEPTH_LIMIT,
  PARTNER_ATTRIBUTES_LIMIT_BYTES,
  PRIVATE_KEY_PEM,
  SPIFFE_ID,
  STATUS_TEXT,
  TRUST_DOMAIN,
} from './metadata-rules.ts';
import { OBJECT_FILE } from './rules.ts';
import { BOOLEAN_EXPECTED, choice, list, mapping, secretText, text } from './schema-parts.ts';

type SettingSchema<Name extends SettingName> = z.ZodOptional<z.ZodCustom<MetadataSettings[Name]>>;

/** `metadataServer` of an instance: its profile, and the settings that differ from it. */
export const metadataServer = mapping('settings of a metadata server', {
  profile: choice(...PROFILE_NAMES),
  ...settingSchemas(),
}).optional();

function settingSchemas(): { readonly [name in SettingName]: SettingSchema<name> } {
  const entries = SETTING_NAMES.map((name) => [name, metadataSetting(name)]);
  // Each name has the schema of its own setting; `Object.fromEntries` forgets which.
  return Object.fromEntries(entries) as { [name in SettingName]: SettingSchema<name> };
}

function metadataSetting<Name extends SettingName>(name: Name): SettingSchema<Name> {
  const { expected, words } = describeValues(name);
  return z
    .custom<MetadataSettings[Name]>((value) => isSettingValue(name, value), {
      error: expected,
      params: { choices: () => words },
    })
    .optional();
}

/** Returns what a setting may be: in words, and those of its values that can be misspelled. */
function describeValues(name: SettingName): { readonly expected: string; readonly words: readonly string[] } {
  const { values } = METADATA_SETTINGS[name];
  if (!('oneOf' in values)) return { expected: `a whole number, ${values.from} to ${values.to}`, words: [] };
  const known: readonly (string | number | boolean)[] = values.oneOf;
  const words = known.filter((value) => typeof value === 'string');
  if (known.every((value) => typeof value === 'boolean')) return { expected: BOOLEAN_EXPECTED, words };
  return {
    expected: known.map((value) => (typeof value === 'string' ? `'${value}'` : String(value))).join(' or '),
    words,
  };
}

/** `partnerAttributes` of an instance: namespaces, with names and texts below them. */
export const partnerAttributes = attributeTree(PARTNER_ATTRIBUTES_DEPTH_LIMIT)
  .refine((tree) => Buffer.byteLength(JSON.stringify(tree)) <= PARTNER_ATTRIBUTES_LIMIT_BYTES, {
    error: `at most ${PARTNER_ATTRIBUTES_LIMIT_BYTES / 1024} KB of partner attributes`,
  })
  .optional();

/** @param levels - of mappings, this one counted */
function attributeTree(levels: number) {
  return z.record(text(PARTNER_ATTRIBUTE_NAME), attributeNode(levels - 1), {
    error: 'a mapping of names to texts in quotes or to further mappings',
  });
}

/** A text or a mapping by what stands there, so that a message says what is wrong in it and where. */
function attributeNode(levels: number): z.ZodType<string | AttributeTree> {
  return z.unknown().transform((value, context) => {
    const isTree = typeof value === 'object' && value !== null && levels > 0;
    const parsed = (isTree ? attributeTree(levels) : text(PARTNER_ATTRIBUTE_VALUE)).safeParse(value);
    if (parsed.success) return parsed.data;
    // An issue is a raw one again once it has its input; the union of all kinds is too wide to be seen through.
    for (const issue of parsed.error.issues)
      context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
    return z.NEVER;
  });
}

const workloadIdentity = mapping('an identity', {
  spiffeId: text(SPIFFE_ID),
  certificatePem: text(CERTIFICATE_PEM).optional(),
  certificateFile: text(OBJECT_FILE).optional(),
  privateKeyPem: secretText(PRIVATE_KEY_PEM).optional(),
  privateKeyFile: text(OBJECT_FILE).optional(),
})
  .refine(({ certificatePem, certificateFile }) => isOneGiven(certificatePem, certificateFile), {
    error: "either 'certificatePem' or 'certificateFile' in it",
  })
  .refine(({ privateKeyPem, privateKeyFile }) => isOneGiven(privateKeyPem, privateKeyFile), {
    error: "either 'privateKeyPem' or 'privateKeyFile' in it",
  });

const trustAnchors = mapping('trust anchors', {
  trustDomain: text(TRUST_DOMAIN),
  trustAnchorsPem: text(CERTIFICATE_PEM).optional(),
  trustAnchorsFile: text(OBJECT_FILE).optional(),
}).refine(({ trustAnchorsPem, trustAnchorsFile }) => isOneGiven(trustAnchorsPem, trustAnchorsFile), {
  error: "either 'trustAnchorsPem' or 'trustAnchorsFile' in it",
});

/** `workloadCertificates` of an instance; nothing is made up, so each has what belongs to it. */
const certificates = mapping('workload certificates', {
  identities: list('identities', workloadIdentity)
    .refine((items) => (items?.length ?? 0) <= CERTIFICATE_LIMIT, {
      error: `at most ${CERTIFICATE_LIMIT} identities`,
    })
    .refine((items) => areDistinct(items?.map(({ spiffeId }) => spiffeId)), {
      error: 'each spiffeId once',
    }),
  trustAnchors: list('trust anchors', trustAnchors)
    .refine((items) => (items?.length ?? 0) <= CERTIFICATE_LIMIT, {
      error: `at most ${CERTIFICATE_LIMIT} trust domains`,
    })
    .refine((items) => areDistinct(items?.map(({ trustDomain }) => trustDomain)), {
      error: 'each trustDomain once',
    }),
  status: text(STATUS_TEXT).optional(),
  errors: z
    .record(text(PARTNER_ATTRIBUTE_NAME), text(STATUS_TEXT), { error: 'a mapping of names to texts' })
    .optional(),
});

export const workloadCertificates = certificates.optional();

/** Workload certificates as the file says them. */
export type FileCertificates = z.output<typeof certificates>;

function isOneGiven(pem: string | undefined, file: string | undefined): boolean {
  return (pem === undefined) !== (file === undefined);
}

function areDistinct(names: readonly string[] = []): boolean {
  return new Set(names).size === names.length;
}
