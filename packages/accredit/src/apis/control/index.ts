import type { Api } from '../../http/method.ts';
import { getAuditLog } from './audit-log.ts';
import { advanceClock, getClock } from './clock.ts';
import type { CloudControl } from './cloud-control.ts';
import { explainDecision } from './decisions.ts';
import { addFault, listFaults, removeFault, removeFaults } from './faults.ts';
import { addMembers, createGroup, deleteGroup, getGroup, listGroups, removeMembers } from './groups.ts';
import { CONTROL_HOST } from './host.ts';
import { maintainInstance, migrateInstance, preemptInstance } from './life-events.ts';
import { setMetadataProfile } from './metadata-profile.ts';
import { getRecommendation, resetRecording } from './recommendation.ts';
import { listRefusals } from './refusals.ts';
import { getStatus, stop } from './status.ts';
import { mintToken } from './tokens.ts';
import { createWorkload, deleteWorkload, listenMetadata } from './workloads.ts';

/** What the owner of a cloud may do with the cloud itself; everything else goes through Google's APIs. */
export function createControlApi(control: CloudControl): Api {
  return {
    name: 'control',
    hosts: [CONTROL_HOST],
    family: 'control',
    methods: [
      getStatus(control),
      stop(control),
      listRefusals(control),
      explainDecision(),
      getAuditLog(control),
      getRecommendation(control),
      resetRecording(control),
      mintToken(),
      createWorkload(control),
      deleteWorkload(),
      listenMetadata(control),
      getClock(control),
      advanceClock(control),
      addFault(control),
      listFaults(control),
      removeFault(control),
      removeFaults(control),
      maintainInstance(),
      migrateInstance(),
      preemptInstance(),
      setMetadataProfile(),
      createGroup(),
      listGroups(),
      getGroup(),
      deleteGroup(),
      addMembers(),
      removeMembers(),
    ],
  };
}
