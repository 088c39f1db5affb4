import { ALL_USERS } from '../kernel/principals.ts';
import { toRfc3339Seconds } from '../kernel/timestamps.ts';
import { type Paint, renderFields, shellWord } from './output.ts';
import type { Refusal, RefusedDecision } from './refusals.ts';
import { shortenScope } from './scopes.ts';

/** Bindings that are shown of one policy: those that came nearest to a grant. */
const SHOWN_BINDINGS = 5;

/** What an explanation is fitted to. */
export interface ExplanationOptions {
  readonly paint: Paint;
  /** How commands have to name the cloud: ` --data X`, or nothing. */
  readonly data: string;
}

/**
 * Says in words why a call was refused: which gate, what it looked at, and what would have opened it.
 *
 * Everything comes from the decision that was made then; nothing is looked up or decided again.
 */
export function explainRefusal(refusal: Refusal, { paint, data }: ExplanationOptions): string {
  const { decision } = refusal;
  const verdict = decision.carriedOut
    ? 'Refused'
    : 'Would have been refused (audit mode: the call went through)';
  return [
    `${paint('bold', `${verdict}: ${decision.permission} for ${decision.principal}`)}\n`,
    renderFields(factsOf(refusal)),
    explainScopes(decision, paint),
    explainPolicies(decision, paint),
    explainRemedies(refusal, data),
  ].join('\n');
}

function factsOf({ decision, requestId, timeMs, method, status, message, instance }: Refusal) {
  const answer = `${status}${message === '' ? '' : ` ${message}`}`;
  const fields: readonly (readonly [string, string])[] = [
    ['When', toRfc3339Seconds(timeMs)],
    ['Call', `${method} (request ${requestId})`],
    ['Resource', decision.resource],
    ...(instance === undefined ? [] : [['From', instance] as const]),
    ['Answer', answer],
  ];
  return fields;
}

const OPEN = 'open';
const CLOSED = 'closed';

function gate(name: string, isOpen: boolean, paint: Paint): string {
  return `${name}: ${isOpen ? paint('green', OPEN) : paint('red', CLOSED)}.`;
}

function explainScopes({ scopes }: RefusedDecision, paint: Paint): string {
  if (scopes.outcome === 'notApplicable') {
    return `${gate('Access scopes', true, paint)} There are none to look at: the call came without a token, or the method asks for none.\n`;
  }
  const held = `The token carries ${inWords(scopes.held) || 'no scopes'}.`;
  if (scopes.outcome === 'sufficient') return `${gate('Access scopes', true, paint)} ${held}\n`;
  return `${gate('Access scopes', false, paint)} ${held} The method accepts ${inWords(scopes.accepted, 'or')}.\n`;
}

function inWords(scopes: readonly string[], conjunction = 'and'): string {
  return new Intl.ListFormat('en', { type: conjunction === 'or' ? 'disjunction' : 'conjunction' }).format(
    scopes.map(shortenScope),
  );
}

function explainPolicies(decision: RefusedDecision, paint: Paint): string {
  const granting = decision.policies.flatMap(({ resource, bindings }) =>
    bindings.filter(({ grants }) => grants).map(({ role, memberMatch }) => ({ resource, role, memberMatch })),
  )[0];
  if (granting !== undefined) {
    const { role, resource, memberMatch } = granting;
    return `${gate('IAM', true, paint)} ${role} for ${memberMatch.join(', ')} on ${resource} grants it.\n`;
  }
  const heading = `${gate('IAM', false, paint)} No policy grants ${decision.permission} to ${decision.principal}.`;
  if (decision.policies.length === 0)
    return `${heading} There was none to look at: the resource does not exist.\n`;
  return `${heading} Looked at:\n${decision.policies.map(describePolicy).join('')}`;
}

type PolicyFinding = RefusedDecision['policies'][number];
type BindingFinding = PolicyFinding['bindings'][number];

function describePolicy({ resource, bindings }: PolicyFinding): string {
  if (bindings.length === 0) return `  ${resource}: its policy is empty\n`;
  // What came nearest: the caller is named, or the permission is held.
  const near = bindings.filter((binding) => nearness(binding) > 0).sort((a, b) => nearness(b) - nearness(a));
  const shown = near.slice(0, SHOWN_BINDINGS);
  const count = bindings.length === 1 ? '1 binding' : `${bindings.length} bindings`;
  const rest = bindings.length - shown.length;
  return [
    `  ${resource}: ${count}\n`,
    ...shown.map((binding) => `    ${describeBinding(binding)}\n`),
    ...(rest === 0
      ? []
      : [
          `    ${shown.length === 0 ? 'none names the caller, and none' : `${rest} further: none names the caller or`} holds the permission\n`,
        ]),
  ].join('');
}

function nearness({ memberMatch, rolePermission }: BindingFinding): number {
  return (rolePermission === 'included' ? 2 : 0) + (memberMatch.length > 0 ? 1 : 0);
}

function describeBinding({ role, memberMatch, memberCount, rolePermission }: BindingFinding): string {
  if (rolePermission === 'included') {
    const others = memberCount === 1 ? 'its one member is not' : `none of its ${memberCount} members is`;
    return `${role} holds the permission, but ${others} the caller`;
  }
  const named = `${role} is given to ${memberMatch.join(', ')}`;
  return rolePermission === 'unknownRole'
    ? `${named}, but there is no such role`
    : `${named}, but does not hold the permission`;
}

function explainRemedies({ decision, remedies }: Refusal, data: string): string {
  const parts: string[] = [];
  if (decision.scopes.outcome === 'insufficient') parts.push(explainScopeRemedy(remedies.scopes));
  const exists = decision.policies.length > 0;
  const isAnonymous = decision.principal === ALL_USERS;
  if (isAnonymous) parts.push('The call had no token. Send one: accredit run gives a program its own.\n');
  if (exists && remedies.grants.length > 0) {
    const heading = isAnonymous ? 'To open IAM to everybody' : 'To open IAM';
    parts.push(explainGrants(heading, remedies.grants, data));
  } else if (exists && decision.refusedBy === 'iam') {
    parts.push('No role that can be given here holds the permission.\n');
  }
  return parts.join('\n');
}

function explainGrants(heading: string, grants: Refusal['remedies']['grants'], data: string): string {
  const lines = grants.flatMap((grant) => {
    const { ours, gcloud } = grantCommands(grant, data);
    return [`  ${ours}\n`, `  ${gcloud}\n`];
  });
  return `${heading}, run one of these, the narrowest role first:\n${lines.join('')}`;
}

/** Scopes belong to the instance, so they are given when it is made. */
function explainScopeRemedy(scopes: readonly string[]): string {
  const [narrowest, ...others] = scopes.map(shortenScope);
  if (narrowest === undefined) return 'No scope opens this method.\n';
  const also = others.length === 0 ? '' : ` (${others.join(', ')} would do too)`;
  return [
    `To open the access scopes, give the VM ${narrowest}${also}:\n`,
    `  accredit run --scopes ${narrowest} -- COMMAND\n`,
    `  accredit instances create NAME --service-account ACCOUNT --scopes ${narrowest}\n`,
    `  gcloud compute instances create NAME --service-account=ACCOUNT --scopes=${narrowest}\n`,
  ].join('');
}

interface GrantCommands {
  readonly ours: string;
  readonly gcloud: string;
}

/** Returns the two commands that would give a role where it is missing. */
export function grantCommands(
  { role, member, resource }: Refusal['remedies']['grants'][number],
  data: string,
): GrantCommands {
  const [, project = '', kind, name = ''] = resource.split('/');
  const ours = `accredit iam grant${data} ${role} ${shellWord(member)}`;
  const flags = `--member=${shellWord(member)} --role=${role}`;
  if (project === '_' && kind === 'buckets') {
    return {
      ours: `${ours} --bucket ${name}`,
      gcloud: `gcloud storage buckets add-iam-policy-binding gs://${name} ${flags}`,
    };
  }
  if (kind === 'serviceAccounts') {
    return {
      ours: `${ours} --service-account ${name}`,
      gcloud: `gcloud iam service-accounts add-iam-policy-binding ${name} --project=${project} ${flags}`,
    };
  }
  // The policies of instances are not the CLI's; what their project grants holds for them.
  return {
    ours: `${ours} --project ${project}`,
    gcloud: `gcloud projects add-iam-policy-binding ${project} ${flags}`,
  };
}
