import { method } from '../../http/method.ts';
import { type CloudControl, OWNER_ONLY, requireOwner } from './cloud-control.ts';

export const getStatus = (control: CloudControl) =>
  method({
    id: 'control.status.get',
    http: 'GET /v1/status',
    open: OWNER_ONLY,
    async handle({ caller }) {
      requireOwner(caller);
      return { json: await control.status() };
    },
  });

export const stop = (control: CloudControl) =>
  method({
    id: 'control.stop',
    http: 'POST /v1/stop',
    open: OWNER_ONLY,
    handle({ caller }) {
      requireOwner(caller);
      control.stop();
      return { json: {} };
    },
  });
