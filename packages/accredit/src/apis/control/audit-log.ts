import { method } from '../../http/method.ts';
import { toRfc3339 } from '../../kernel/timestamps.ts';
import { type CloudControl, OWNER_ONLY, requireOwner } from './cloud-control.ts';

/** Where the audit log is: files that the owner may read. All that was called before this stands in them. */
export const getAuditLog = ({ audit, clock }: CloudControl) =>
  method({
    id: 'control.auditLog.get',
    http: 'GET /v1/auditLog',
    open: OWNER_ONLY,
    async handle({ caller }) {
      requireOwner(caller);
      await audit.flush();
      return { json: { directory: audit.directory, time: toRfc3339(clock.now()) } };
    },
  });
