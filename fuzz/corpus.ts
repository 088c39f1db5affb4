/** What a valid client asks a metadata server: every path and every parameter, to be spoiled from there. */

const HOST = 'metadata.google.internal';
const V1 = '/computeMetadata/v1';

/** The account of the instance under test. */
export const ACCOUNT = 'workload@p.iam.gserviceaccount.com';

/** A request before it is spoiled. */
export interface Request {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

const INSTANCE_KEYS =
  `attributes/ attributes/greeting attributes/nosuch cpu-platform description disks/ disks/0/
disks/0/device-name disks/0/index disks/0/interface disks/0/mode disks/0/type disks/9/type gce-workload-certificates/
gce-workload-certificates/config-status gce-workload-certificates/trust-anchors
gce-workload-certificates/workload-identities guest-attributes/ guest-attributes/fuzz/ guest-attributes/fuzz/key hostname id
image legacy-endpoint-access/ legacy-endpoint-access/0.1 licenses/ licenses/0/id machine-type maintenance-event name
network-interfaces/ network-interfaces/0/ network-interfaces/0/access-configs/0/external-ip
network-interfaces/0/dns-servers network-interfaces/0/forwarded-ips/ network-interfaces/0/gateway network-interfaces/0/ip
network-interfaces/0/ip-aliases/ network-interfaces/0/mac network-interfaces/0/mtu network-interfaces/0/network
network-interfaces/0/subnetmask network-interfaces/0/target-instance-ips partner-attributes/ preempted
remaining-cpu-time scheduling/ scheduling/automatic-restart scheduling/on-host-maintenance scheduling/preemptible
service-accounts/ service-accounts/default/ service-accounts/default/aliases service-accounts/default/email
service-accounts/default/scopes service-accounts/default/token service-accounts/default/identity
service-accounts/${ACCOUNT}/ service-accounts/${ACCOUNT}/token service-accounts/nobody@x.y/email shutdown-details/
stop-state tags upcoming-maintenance/ virtual-clock/drift-token zone`.split(/\s+/);

/** Every path, with and without the slash that a directory wants. */
const PATHS: readonly string[] = [
  '/',
  '/computeMetadata',
  '/computeMetadata/',
  '/computeMetadata/v1beta1/project/project-id',
  '/0.1/meta-data/',
  '/latest/meta-data/',
  V1,
  `${V1}/`,
  `${V1}/instance`,
  `${V1}/instance/`,
  `${V1}/instance/service-accounts`,
  `${V1}/instance/attributes`,
  ...INSTANCE_KEYS.map((key) => `${V1}/instance/${key}`),
  ...'project/ project/project-id project/numeric-project-id project/attributes/ project/attributes/shared'
    .split(' ')
    .map((key) => `${V1}/${key}`),
  ...'oslogin/ oslogin/users oslogin/groups oslogin/authorize oslogin/certificates oslogin/authenticate/sessions/start universe/universe-domain'
    .split(' ')
    .map((key) => `${V1}/${key}`),
];

/** Every parameter, with what clients send. */
export const PARAMETERS: readonly string[] = [
  'recursive=true',
  'recursive=True',
  'recursive=0',
  'alt=json',
  'alt=text',
  'alt=xml',
  'audience=https://x.y/z',
  'audience=https%3A%2F%2Fx.y%2Fz',
  'format=full',
  'format=standard',
  'licenses=TRUE',
  'scopes=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fcloud-platform',
  'enforce_scopes=true',
  'enforce_scopes=false',
  'wait_for_change=true',
  'last_etag=0',
  'last_etag=NONE',
  'timeout_sec=0',
  'timeout_sec=abc',
  'username=ada',
  'uid=1001',
  'uid=-1',
  'groupname=developers',
  'policy=login',
  'policy=adminLogin',
  'email=ada@example.com',
  'pagesize=1',
  'pagetoken=0',
];

const HEADERS: Request['headers'] = [
  ['Host', HOST],
  ['Metadata-Flavor', 'Google'],
  ['User-Agent', 'fuzz/1'],
];

/** A guest attribute's value may be 256 KiB; this is more. */
const LARGE_VALUE = 'v'.repeat(300_000);

const WRITES: readonly Request[] = [
  { method: 'PUT', target: `${V1}/instance/guest-attributes/fuzz/key`, headers: HEADERS, body: 'value' },
  { method: 'PUT', target: `${V1}/instance/guest-attributes/fuzz/key`, headers: HEADERS, body: '' },
  { method: 'PUT', target: `${V1}/instance/guest-attributes/fuzz`, headers: HEADERS, body: 'value' },
  { method: 'DELETE', target: `${V1}/instance/guest-attributes/fuzz/key`, headers: HEADERS },
  {
    method: 'POST',
    target: `${V1}/oslogin/authenticate/sessions/start`,
    headers: HEADERS,
    body: '{"email":"ada@example.com","supportedChallengeTypes":["TOTP","AUTHZEN"]}',
  },
  {
    method: 'POST',
    target: `${V1}/oslogin/authenticate/sessions/nosuch/continue`,
    headers: HEADERS,
    body: '{"email":"ada@example.com","challengeId":1,"action":"RESPOND","proposalResponse":{"credential":"1"}}',
  },
  { method: 'POST', target: `${V1}/instance/name`, headers: HEADERS, body: 'x' },
];

/** Too large to be among those that are picked alike. */
export const LARGE_WRITE: Request = {
  method: 'PUT',
  target: `${V1}/instance/guest-attributes/fuzz/large`,
  headers: HEADERS,
  body: LARGE_VALUE,
};

/** A wait that ends by itself after a second. */
export const WAIT: Request = {
  method: 'GET',
  target: `${V1}/instance/tags?wait_for_change=true&timeout_sec=1`,
  headers: HEADERS,
};

/** All valid requests without parameters; the writes as often as they must be to meet each other. */
export const CORPUS: readonly Request[] = [
  ...PATHS.map((target): Request => ({ method: 'GET', target, headers: HEADERS })),
  ...Array.from({ length: 4 }, () => WRITES).flat(),
  { method: 'HEAD', target: `${V1}/instance/name`, headers: HEADERS },
  { method: 'GET', target: `http://${HOST}${V1}/instance/name`, headers: HEADERS },
];

/** The request that must be answered whatever came before it. */
export const GOOD_REQUEST = `GET ${V1}/instance/name HTTP/1.1\r\nHost: ${HOST}\r\nMetadata-Flavor: Google\r\nConnection: close\r\n\r\n`;
