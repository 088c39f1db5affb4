/** What Service Usage asks the callers of its methods for (IAM notes 3.7). */
import { PROJECT_ID } from '../api.fixture.ts';
import type { ExpectedMethods } from '../permission-suite.fixture.ts';

/** The service that the tests ask about. */
export const SERVICE = `projects/${PROJECT_ID}/services/compute.googleapis.com`;

const ON_PROJECT = `projects/${PROJECT_ID}`;

const READ = ['cloud-platform', 'cloud-platform.read-only'];
const WRITE = ['cloud-platform', 'service.management'];

export const SERVICE_USAGE_PERMISSIONS: ExpectedMethods = {
  'serviceusage.services.get': { scopes: READ, asks: [['serviceusage.services.get', SERVICE]] },
  'serviceusage.services.list': { scopes: READ, asks: [['serviceusage.services.list', ON_PROJECT]] },
  'serviceusage.services.batchGet': { scopes: READ, asks: [['serviceusage.services.get', ON_PROJECT]] },
  'serviceusage.services.enable': { scopes: WRITE, asks: [['serviceusage.services.enable', SERVICE]] },
  'serviceusage.services.disable': { scopes: WRITE, asks: [['serviceusage.services.disable', SERVICE]] },
  'serviceusage.services.batchEnable': {
    scopes: WRITE,
    asks: [['serviceusage.services.enable', ON_PROJECT]],
  },
  'serviceusage.operations.get': { scopes: WRITE, asks: [['serviceusage.operations.get', ON_PROJECT]] },
};
