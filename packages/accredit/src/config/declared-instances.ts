import { CLOUD_PLATFORM, expandScope } from '../protocol/iam/scopes.ts';
import type { Instance } from '../resources/instances.ts';
import { userManagedEmail } from '../resources/service-accounts.ts';
import { type Declared, settled, toItems } from './declared.ts';
import { type DeclaredCertificates, toDeclaredCertificates } from './declared-certificates.ts';
import { toGrants } from './declared-grants.ts';
import type { FileInstance } from './instance-schema.ts';
import type { Path } from './problems.ts';

export interface DeclaredInstance
  extends Declared<
    Pick<
      Instance,
      | 'machineType'
      | 'description'
      | 'metadata'
      | 'tags'
      | 'labels'
      | 'resourceManagerTags'
      | 'tokenLifetimeSeconds'
      | 'metadataServer'
      | 'partnerAttributes'
    >
  > {
  readonly zone: string;
  readonly name: string;
  readonly attached: DeclaredAttachment | undefined;
  readonly certificates?: DeclaredCertificates;
}

/** The service account of an instance. */
export interface DeclaredAttachment {
  /** An e-mail address, or `default` for the project's Compute Engine account. */
  readonly account: string;
  readonly scopes: readonly string[];
  readonly path: Path;
}

/** @param directory - of the file: what it names is looked for there */
export function toInstance(
  instance: FileInstance,
  projectId: string,
  path: Path,
  directory: string,
): DeclaredInstance {
  const { name, zone, machineType, description, tags, labels, tokenLifetimeSeconds } = instance;
  const { metadataServer, partnerAttributes, workloadCertificates, resourceManagerTags } = instance;
  return {
    path,
    zone,
    name,
    fields: settled({
      machineType,
      description,
      metadata: toItems(instance.metadata),
      tags: tags === undefined || tags === null ? undefined : [...new Set(tags)],
      labels,
      resourceManagerTags,
      tokenLifetimeSeconds,
      metadataServer: metadataServer && settled(metadataServer),
      partnerAttributes,
    }),
    attached: toAttachment(instance, projectId, [...path, 'serviceAccount']),
    ...settled({
      certificates:
        workloadCertificates &&
        toDeclaredCertificates(workloadCertificates, [...path, 'workloadCertificates'], directory),
    }),
    grants: toGrants(instance.iamPolicy, [...path, 'iamPolicy']),
  };
}

function toAttachment(
  { serviceAccount, scopes }: FileInstance,
  projectId: string,
  path: Path,
): DeclaredAttachment | undefined {
  if (serviceAccount === undefined) return undefined;
  const isWhole = serviceAccount === 'default' || serviceAccount.includes('@');
  return {
    account: isWhole ? serviceAccount : userManagedEmail(serviceAccount, projectId),
    scopes: [...new Set((scopes ?? [CLOUD_PLATFORM]).flatMap((scope) => expandScope(scope) ?? []))],
    path,
  };
}
