import { group } from '../command-group.ts';
import { faultsAdd } from './faults-add.ts';
import { faultsList } from './faults-list.ts';
import { faultsRemove } from './faults-remove.ts';

/** `accredit faults` */
export const faults = group('faults', 'Inject faults into metadata servers.', [
  faultsAdd,
  faultsList,
  faultsRemove,
]);
