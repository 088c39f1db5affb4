import { method } from '../../http/method.ts';
import { object, oneOf } from '../../kernel/decode.ts';
import { PROFILE_NAMES } from '../../protocol/metadata/settings.ts';
import { OWNER_ONLY, requireOwner } from './cloud-control.ts';
import { changeInstance } from './instance-target.ts';

const profileRequest = object({ profile: oneOf(...PROFILE_NAMES) });

/** Gives an instance another of Google's metadata servers: Compute Engine's own resource has no place for that. */
export const setMetadataProfile = () =>
  method({
    id: 'control.instances.setMetadataProfile',
    http: 'POST /v1/{instance=projects/*/zones/*/instances/*}:setMetadataProfile',
    open: OWNER_ONLY,
    body: { kind: 'json', decode: profileRequest },
    async handle({ caller, path, body: { profile }, services }) {
      requireOwner(caller);
      await changeInstance(path.instance, services, (instance) => ({
        ...instance,
        metadataServer: { ...instance.metadataServer, profile },
      }));
      return { json: { profile } };
    },
  });
