import type { InstanceMetadata } from '../instance-metadata.ts';
import { attributes, serviceAccounts } from './account-nodes.ts';
import { directory, number, type TreeNode, text } from './nodes.ts';
import { unannotatedAccounts } from './unannotated-account.ts';

/** The attributes of a node that a Pod may see (metadata notes 13.1.4). */
const CLUSTER_ATTRIBUTES: ReadonlySet<string> = new Set(['cluster-location', 'cluster-name', 'cluster-uid']);

/** What stands under `v1/` for a Pod on GKE; everything else is 404 (metadata notes 13.1.4). */
export function gkeEntries(instance: InstanceMetadata): Readonly<Record<string, TreeNode>> {
  return {
    instance: directory({
      attributes: attributes(instance.attributes.filter(({ key }) => CLUSTER_ATTRIBUTES.has(key))),
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
