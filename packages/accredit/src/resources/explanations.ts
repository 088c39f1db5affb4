import { decide, type Question } from '../protocol/iam/decide.ts';
import type { CompiledPolicy } from '../protocol/iam/policies/policy.ts';
import { renderBindings, renderPolicy } from '../protocol/iam/policies/policy-json.ts';
import { type SpelledDecision, spellOut } from '../protocol/iam/spell-out.ts';
import type { SeenPolicy } from '../protocol/iam/troubleshooting.ts';
import { toBucketEtag } from '../protocol/storage/etags.ts';
import type { Resources } from './resources.ts';

/** A decision that was made to be explained, and the policies that it looked at, as people see them. */
export interface Explanation {
  readonly decision: SpelledDecision;
  /** In the order of `decision.policies`. */
  readonly policies: readonly SeenPolicy[];
}

/** The version of policies that shows conditions (IAM notes 1.2). */
const POLICY_VERSION = 3;

/** Decides a question that nobody's call asks, as such a call would be decided, and keeps no record of it. */
export async function explain(question: Question, resources: Resources): Promise<Explanation> {
  const facts = await resources.factsFor(question.resource, question.principal);
  const decision = spellOut(decide(question, facts));
  return {
    decision,
    policies: await Promise.all(facts.policies.map((compiled) => show(compiled, resources))),
  };
}

async function show(
  { resource, policy: stored }: CompiledPolicy,
  { policies, buckets }: Resources,
): Promise<SeenPolicy> {
  // As it was looked at; with `--propagation-delay` that is not what is stored by now.
  const policy = await policies.open(stored);
  const { revision } = await policies.get(resource);
  const isStored = revision !== 0 || policy.bindings.length === 0;
  const rendered = isStored
    ? renderPolicy(policy, revision, POLICY_VERSION)
    : // An access control list, which is no policy of its own.
      renderBindings(policy, POLICY_VERSION);
  const [, name] = /^projects\/_\/buckets\/([^/]+)$/.exec(resource) ?? [];
  const bucket = name === undefined ? undefined : await buckets.get(name);
  if (bucket === undefined) return { policy, rendered };
  // A bucket's etag is that of its policy (IAM notes, fact 5).
  return { policy, rendered: { ...rendered, etag: toBucketEtag(bucket.value.metageneration) } };
}
