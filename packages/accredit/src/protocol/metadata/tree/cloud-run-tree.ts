import { hash } from 'node:crypto';
import type { InstanceMetadata } from '../instance-metadata.ts';
import { serviceAccounts } from './account-nodes.ts';
import { directory, number, type TreeNode, text } from './nodes.ts';

/**
 * What stands under `v1/` for a container on Cloud Run (metadata notes 13.2.1, 13.2.6).
 *
 * Guess: the id is as long as SHA-256 in hexadecimal; it is opaque, and made from that of the instance.
 */
export function cloudRunEntries(instance: InstanceMetadata): Readonly<Record<string, TreeNode>> {
  const region = instance.zone.slice(0, instance.zone.lastIndexOf('-'));
  const place = `projects/${instance.projectNumber}`;
  return {
    instance: directory({
      id: text(hash('sha256', instance.id)),
      region: text(`${place}/regions/${region}`),
      'service-accounts': serviceAccounts(instance.serviceAccounts),
      // The container runs in a region; its zone is a number in it.
      zone: text(`${place}/zones/${region}-1`),
    }),
    project: directory({
      'numeric-project-id': number(instance.projectNumber),
      'project-id': text(instance.projectId),
    }),
  };
}
