/** What a VM has only where it was turned on, and what it had once. Clients ask for all of it and take "no" for an answer. */
import { CLIENTS, inferred, TRANSCRIPTS } from '../basis.ts';
import { type Check, GCE } from '../check.ts';
import { headerOf, textOf } from '../http-message.ts';
import { at, parseJson } from '../json.ts';
import type { Probe } from '../probe.ts';

/** Answers are JSON, or one of the refusals that clients take for "not configured". */
function jsonOr(path: string, refusals: readonly number[]) {
  return async (probe: Probe) => {
    const answer = await probe.get(path);
    probe.status(answer, [200, ...refusals], path);
    probe.header(answer, 'Metadata-Flavor', 'Google');
    if (answer.status === 200) probe.json(answer);
  };
}

async function isGone(probe: Probe, path: string): Promise<void> {
  const answer = await probe.get(path);
  probe.status(answer, [403, 404], path);
  if (answer.status === 403) probe.body(answer, /Legacy metadata endpoints are disabled/);
}

export const services: readonly Check[] = [
  {
    number: 154,
    title: '/computeMetadata/v1beta1/ is 403 and says that it is disabled, or 404',
    ...TRANSCRIPTS.legacy,
    profiles: GCE,
    run: (probe) => isGone(probe, '/computeMetadata/v1beta1/project/project-id'),
  },
  {
    number: 260,
    title: '/0.1/ is 403 and says that it is disabled, or 404',
    ...TRANSCRIPTS.legacy,
    profiles: GCE,
    run: (probe) => isGone(probe, '/0.1/meta-data/project-id'),
  },
  {
    number: 261,
    title: 'legacy endpoints give no token, with or without Metadata-Flavor',
    ...TRANSCRIPTS.legacy,
    profiles: GCE,
    async run(probe) {
      const paths = [
        '/computeMetadata/v1beta1/instance/service-accounts/default/token',
        '/0.1/meta-data/service-accounts/default/acquire',
      ];
      for (const path of paths) {
        for (const headers of [[], undefined]) {
          const answer = await probe.get(path, headers === undefined ? {} : { headers });
          probe.status(answer, [403, 404], path);
          probe.holds(!textOf(answer).includes('access_token'), 'no token', 'a token');
        }
      }
    },
  },
  {
    number: 262,
    title: 'oslogin/users is profiles, or 404',
    ...CLIENTS.osLogin,
    profiles: GCE,
    async run(probe) {
      const answer = await probe.get('oslogin/users?pagesize=1');
      probe.status(answer, [200, 404]);
      if (answer.status === 200) {
        const next = at(parseJson(textOf(answer)), 'nextPageToken');
        probe.that('nextPageToken is a string', next === undefined || typeof next === 'string', true);
      }
    },
  },
  {
    number: 263,
    title: 'oslogin/users of nobody is 404',
    ...CLIENTS.osLogin,
    profiles: GCE,
    async run(probe) {
      probe.status(await probe.get('oslogin/users?username=accredit-conformance-nobody'), 404);
    },
  },
  {
    number: 264,
    title: 'oslogin/authorize is JSON, or 404',
    ...CLIENTS.osLogin,
    profiles: GCE,
    run: jsonOr('oslogin/authorize?email=nobody@example.com&policy=login', [400, 403, 404]),
  },
  {
    number: 265,
    title: 'oslogin/groups is JSON, or 404',
    ...CLIENTS.osLogin,
    profiles: GCE,
    run: jsonOr('oslogin/groups?pagesize=1', [404]),
  },
  {
    number: 266,
    title: 'oslogin/certificates is JSON, or 404',
    ...CLIENTS.agent,
    profiles: GCE,
    run: jsonOr('oslogin/certificates', [404]),
  },
  {
    number: 267,
    title: 'gce-workload-certificates/config-status is JSON, or 412 or 404',
    ...CLIENTS.agent,
    profiles: GCE,
    run: jsonOr('instance/gce-workload-certificates/config-status', [404, 412]),
  },
  {
    number: 268,
    title: 'gce-workload-certificates/workload-identities is JSON, or 412 or 404',
    ...CLIENTS.agent,
    profiles: GCE,
    run: jsonOr('instance/gce-workload-certificates/workload-identities', [404, 412]),
  },
  {
    number: 269,
    title: 'gce-workload-certificates/trust-anchors is JSON, or 412 or 404',
    ...CLIENTS.agent,
    profiles: GCE,
    run: jsonOr('instance/gce-workload-certificates/trust-anchors', [404, 412]),
  },
  {
    number: 270,
    title: 'credentials/mds-client-certificate is JSON, or refused',
    ...CLIENTS.agent,
    profiles: GCE,
    run: jsonOr('instance/credentials/mds-client-certificate', [400, 403, 404, 412, 500, 501, 503]),
  },
  {
    number: 271,
    title: 'platform-security/auto-mtls-configuration is JSON, or 404',
    ...CLIENTS.s2a,
    profiles: GCE,
    run: jsonOr('instance/platform-security/auto-mtls-configuration', [404]),
  },
  {
    number: 272,
    title: 'no refusal names a time to wait',
    ...inferred('no published answer has Retry-After'),
    profiles: GCE,
    async run(probe) {
      for (const path of ['instance/nosuch', 'instance/upcoming-maintenance', 'instance/guest-attributes/']) {
        probe.that(`Retry-After of ${path}`, headerOf(await probe.get(path), 'Retry-After'), undefined);
      }
    },
  },
];
