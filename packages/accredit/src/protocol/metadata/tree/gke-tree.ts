import { hexOf } from '../../../kernel/identifiers.ts';
import type { InstanceMetadata, MetadataItem } from '../instance-metadata.ts';
import { attributes, serviceAccounts } from './account-nodes.ts';
import { directory, number, type TreeNode, text } from './nodes.ts';
import { unannotatedAccounts } from './unannotated-account.ts';

/** What a cluster is called that nobody has named; the console proposes it for the first one. */
const DEFAULT_CLUSTER_NAME = 'cluster-1';

/** Hexadecimal digits of a cluster's id. */
const CLUSTER_UID_DIGITS = 64;

/**
 * The attributes of a node that a Pod may see (metadata notes 13.1.4). Every node is in a cluster: of what was not
 * declared there are defaults, which stay the same as long as the project, the location and the name do.
 *
 * Guess: a cluster that nobody declares is `cluster-1`, zonal, and its id has 64 hexadecimal digits.
 */
function clusterAttributes({
  projectId,
  zone,
  attributes: declared,
}: InstanceMetadata): readonly MetadataItem[] {
  const valueOf = (key: string) => declared.find((item) => item.key === key)?.value;
  const location = valueOf('cluster-location') ?? zone;
  const name = valueOf('cluster-name') ?? DEFAULT_CLUSTER_NAME;
  const cluster = `projects/${projectId}/locations/${location}/clusters/${name}`;
  return [
    { key: 'cluster-location', value: location },
    { key: 'cluster-name', value: name },
    { key: 'cluster-uid', value: valueOf('cluster-uid') ?? hexOf(cluster, CLUSTER_UID_DIGITS) },
  ];
}

/** What stands under `v1/` for a Pod on GKE; everything else is 404 (metadata notes 13.1.4). */
export function gkeEntries(instance: InstanceMetadata): Readonly<Record<string, TreeNode>> {
  return {
    instance: directory({
      attributes: attributes(clusterAttributes(instance)),
      hostname: text(instance.hostname),
      id: number(instance.id),
      'service-accounts':
        instance.serviceAccounts.length === 0
          ? unannotatedAccounts(instance.projectId)
          : serviceAccounts(instance.serviceAccounts),
      zone: text(`projects/${instance.projectNumber}/zones/${instance.zone}`),
    }),
    project: directory({
      'numeric-project-id': number(instance.projectNumber),
      'project-id': text(instance.projectId),
    }),
  };
}
