import { shellWord } from '../../kernel/shell-word.ts';
import { type PolicyPlace, placeOf } from '../../protocol/iam/places/policy-places.ts';
import { gcloudCondition, gcloudGrant, terraformGrant } from '../../protocol/iam/remedies/grant-lines.ts';
import type { FoundRemedies } from './refusals.ts';
import type { Way } from './remedy-section.ts';

type Grant = FoundRemedies['grants'][number];

/** Returns the ways to give a role where it is missing. */
export function grantWay(grant: Grant, data: string): Way {
  return {
    ours: ownLine('grant', grant, data),
    gcloud: [gcloudGrant(grant)],
    terraform: [terraformGrant(grant)],
  };
}

/** Returns the command that changes the policy of the same resource here; none where it has no command. */
export function ownLine(
  verb: 'grant' | 'revoke',
  { role, member, resource, condition }: Grant,
  data: string,
): readonly string[] {
  const target = ownTarget(resource);
  if (target === undefined) return [];
  const flag = condition === undefined ? '' : ` --condition ${gcloudCondition(condition)}`;
  return [`accredit iam ${verb}${data} ${shellWord(role)} ${shellWord(member)} ${target}${flag}`];
}

type ToOptions = (name: string, zone: string, project: string) => string;

/** The options by which `accredit iam` is told whose policy is meant. Those of other resources are not the CLI's. */
const OWN_TARGETS: Readonly<Partial<Record<PolicyPlace, ToOptions>>> = {
  project: (name) => `--project ${name}`,
  bucket: (name) => `--bucket ${name}`,
  serviceAccount: (name) => `--service-account ${name}`,
  instance: (name, zone, project) => `--instance ${name} --zone ${zone} --project ${project}`,
  folder: (name) => `--folder ${name}`,
  organization: (name) => `--organization ${name}`,
};

/** Returns the options for a resource; `undefined` where there are none. */
function ownTarget(resource: string): string | undefined {
  const place = placeOf(resource);
  const words = resource.split('/').map(shellWord);
  const [, project = '', , zone = ''] = words;
  return place === undefined ? undefined : OWN_TARGETS[place]?.(words.at(-1) ?? '', zone, project);
}
