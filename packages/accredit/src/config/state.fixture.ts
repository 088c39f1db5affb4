/** What the tests of this folder share: an empty cloud's state that counts its commits. */
import { FixedClock, seededRandom } from '../apis/api.fixture.ts';
import { findRole } from '../protocol/iam/roles/catalogue.ts';
import { openResources, type Resources } from '../resources/resources.ts';
import { CountedBytes } from '../store/counted-bytes.fixture.ts';
import { ObservedStore } from '../store/observed-store.fixture.ts';
import { applyConfiguration } from './apply.ts';
import type { ApplyOptions } from './draft.ts';
import { readConfiguration } from './read.ts';
import type { ConfigurationReport } from './report.ts';

export const OWNER_EMAIL = 'owner@accredit.local';

/** The state of a cloud, and what a test does to it. */
export interface TestState {
  readonly store: ObservedStore;
  readonly bytes: CountedBytes;
  readonly clock: FixedClock;
  readonly resources: Resources;
  /** Applies the text of a configuration file. */
  apply(text: string, options?: Partial<ApplyOptions>, directory?: string): Promise<ConfigurationReport>;
  /** Returns `ROLE MEMBER` lines of a policy, sorted. */
  grants(resource: string): Promise<readonly string[]>;
}

export function openState(): TestState {
  const store = new ObservedStore();
  const clock = new FixedClock();
  const random = seededRandom();
  const bytes = new CountedBytes(random);
  const resources = openResources(store, { clock, random, findRole });
  return {
    store,
    bytes,
    clock,
    resources,
    apply: (text, options, directory = '/nowhere') =>
      applyConfiguration(readConfiguration(text, 'accredit.yaml', directory), resources, {
        ownerEmail: OWNER_EMAIL,
        clock,
        objectBytes: bytes,
        ...options,
      }),
    async grants(resource) {
      const { value } = await resources.policies.get(resource);
      return value.bindings
        .flatMap(({ role, members }) => members.map((member) => `${role} ${member}`))
        .sort();
    },
  };
}
