import type { z } from 'zod';
import { labels, metadata, resourceTags } from './label-schema.ts';
import { metadataServer, partnerAttributes, workloadCertificates } from './metadata-schema.ts';
import { iamPolicy } from './policy-schema.ts';
import {
  ACCOUNT_REFERENCE,
  DESCRIPTION,
  MACHINE_TYPE,
  RESOURCE_NAME,
  SCOPE,
  TAG_LIMIT,
  TOKEN_LIFETIME_LIMIT_SECONDS,
  ZONE,
} from './rules.ts';
import { list, mapping, text, wholeNumber } from './schema-parts.ts';

const tokenLifetime = `a whole number of seconds, 1 to ${TOKEN_LIFETIME_LIMIT_SECONDS}`;

/** One of `instances`. */
export const instance = mapping('an instance', {
  name: text(RESOURCE_NAME),
  zone: text(ZONE),
  machineType: text(MACHINE_TYPE).optional(),
  description: text(DESCRIPTION).optional(),
  serviceAccount: text(ACCOUNT_REFERENCE).optional(),
  scopes: list('access scopes', text(SCOPE)),
  metadata,
  tags: list('network tags', text(RESOURCE_NAME)).refine((tags) => (tags?.length ?? 0) <= TAG_LIMIT, {
    error: `at most ${TAG_LIMIT} network tags`,
  }),
  labels,
  resourceManagerTags: resourceTags,
  tokenLifetimeSeconds: wholeNumber(1, TOKEN_LIFETIME_LIMIT_SECONDS, tokenLifetime).optional(),
  metadataServer,
  partnerAttributes,
  workloadCertificates,
  iamPolicy: iamPolicy('instance'),
});

/** An instance as the file says it. */
export type FileInstance = z.output<typeof instance>;
