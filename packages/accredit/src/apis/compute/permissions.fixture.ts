/**
 * What Compute Engine asks the callers of its methods for (IAM notes 3.2), and on what: lists on the project, everything
 * else on the thing itself, if it is yet to be made too (compute notes 1.10).
 */
import { PROJECT_ID } from '../api.fixture.ts';
import type { ExpectedMethods } from '../permission-suite.fixture.ts';

/** The operation that the tests ask about, zonal and global. */
export const OPERATION = 'operation-1795410000000-660ea7746b4fc-378d7ce7-cec5a6d1';

export const ON_PROJECT = `projects/${PROJECT_ID}`;
export const ON_ZONE = `${ON_PROJECT}/zones/us-central1-a`;
export const ON_INSTANCE = `${ON_ZONE}/instances/vm1`;
export const ON_NEW_INSTANCE = `${ON_ZONE}/instances/vm2`;
const ON_ZONE_OPERATION = `${ON_ZONE}/operations/${OPERATION}`;
const ON_GLOBAL_OPERATION = `${ON_PROJECT}/global/operations/${OPERATION}`;

const READ = ['cloud-platform', 'compute', 'compute.readonly'];
const WRITE = ['cloud-platform', 'compute'];

/** What an insert needs beside the permission to create: a disk, and a place in a network. */
const PLAIN_INSERT = [
  ['compute.disks.create', `${ON_ZONE}/disks/vm2`],
  ['compute.subnetworks.use', `${ON_PROJECT}/regions/us-central1/subnetworks/default`],
] as const;

/**
 * `testIamPermissions` asks for nothing; that our source has `compute.instances.list` there is its own mistake. What
 * further parts of an instance ask for is in `permissions.test.ts`, and who may act as its account in
 * `service-account-use.test.ts`.
 */
export const COMPUTE_PERMISSIONS: ExpectedMethods = {
  'compute.instances.list': { scopes: READ, asks: [['compute.instances.list', ON_PROJECT]] },
  'compute.instances.aggregatedList': { scopes: READ, asks: [['compute.instances.list', ON_PROJECT]] },
  'compute.instances.get': { scopes: READ, asks: [['compute.instances.get', ON_INSTANCE]] },
  'compute.instances.insert': {
    scopes: WRITE,
    asks: [['compute.instances.create', ON_NEW_INSTANCE]],
    asksInside: PLAIN_INSERT,
  },
  'compute.instances.delete': { scopes: WRITE, asks: [['compute.instances.delete', ON_INSTANCE]] },
  'compute.instances.setMetadata': { scopes: WRITE, asks: [['compute.instances.setMetadata', ON_INSTANCE]] },
  'compute.instances.setTags': { scopes: WRITE, asks: [['compute.instances.setTags', ON_INSTANCE]] },
  'compute.instances.setServiceAccount': {
    scopes: WRITE,
    asks: [['compute.instances.setServiceAccount', ON_INSTANCE]],
  },
  'compute.instances.start': { scopes: WRITE, asks: [['compute.instances.start', ON_INSTANCE]] },
  'compute.instances.stop': { scopes: WRITE, asks: [['compute.instances.stop', ON_INSTANCE]] },
  'compute.instances.simulateMaintenanceEvent': {
    scopes: WRITE,
    asks: [['compute.instances.simulateMaintenanceEvent', ON_INSTANCE]],
  },
  'compute.instances.getGuestAttributes': {
    scopes: READ,
    asks: [['compute.instances.getGuestAttributes', ON_INSTANCE]],
  },
  'compute.instances.getIamPolicy': { scopes: READ, asks: [['compute.instances.getIamPolicy', ON_INSTANCE]] },
  'compute.instances.setIamPolicy': {
    scopes: WRITE,
    asks: [['compute.instances.setIamPolicy', ON_INSTANCE]],
  },
  'compute.instances.testIamPermissions': { scopes: READ },
  'compute.zones.list': { scopes: READ, asks: [['compute.zones.list', ON_PROJECT]] },
  'compute.zones.get': { scopes: READ, asks: [['compute.zones.get', ON_ZONE]] },
  'compute.zoneOperations.get': {
    scopes: READ,
    asks: [['compute.zoneOperations.get', ON_ZONE_OPERATION]],
  },
  'compute.zoneOperations.wait': {
    scopes: READ,
    asks: [['compute.zoneOperations.get', ON_ZONE_OPERATION]],
  },
  'compute.globalOperations.get': {
    scopes: READ,
    asks: [['compute.globalOperations.get', ON_GLOBAL_OPERATION]],
  },
  'compute.globalOperations.wait': {
    scopes: READ,
    asks: [['compute.globalOperations.get', ON_GLOBAL_OPERATION]],
  },
  'compute.projects.get': { scopes: READ, asks: [['compute.projects.get', ON_PROJECT]] },
  'compute.projects.setCommonInstanceMetadata': {
    scopes: WRITE,
    asks: [
      ['compute.projects.setCommonInstanceMetadata', ON_PROJECT],
      ['iam.serviceAccounts.actAs', ON_PROJECT],
    ],
  },
};
