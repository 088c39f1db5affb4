import { group } from '../command-group.ts';
import { instancesCreate } from './instances-create.ts';
import { instancesDelete } from './instances-delete.ts';
import { instancesDescribe } from './instances-describe.ts';
import { instancesList } from './instances-list.ts';
import { instancesLiveMigrate } from './instances-live-migrate.ts';
import { instancesPreempt } from './instances-preempt.ts';
import { instancesSetServiceAccount } from './instances-set-service-account.ts';
import { instancesSimulateMaintenance } from './instances-simulate-maintenance.ts';
import { instancesStart } from './instances-start.ts';
import { instancesStop } from './instances-stop.ts';

/** `accredit instances` */
export const instances = group('instances', 'Virtual machines of Compute Engine.', [
  instancesList,
  instancesCreate,
  instancesDescribe,
  instancesDelete,
  instancesStart,
  instancesStop,
  instancesSetServiceAccount,
  instancesSimulateMaintenance,
  instancesLiveMigrate,
  instancesPreempt,
]);
