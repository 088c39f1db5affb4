import { cloudResourceManager } from './apis/cloudresourcemanager/index.ts';
import { compute } from './apis/compute/index.ts';
import { iam } from './apis/iam/index.ts';
import { oauth2 } from './apis/oauth2/index.ts';
import { policyTroubleshooter } from './apis/policytroubleshooter/index.ts';
import { serviceUsage } from './apis/serviceusage/index.ts';
import { storage } from './apis/storage/index.ts';
import type { Api } from './http/method.ts';

/**
 * The APIs of Google that a cloud serves; a new one is a folder and a line here.
 *
 * `docs/methods.md` is made from this list. The cloud's own API (`apis/control`) is not in it, and neither is the
 * metadata server, whose surface is a tree and not a table.
 */
export const googleApis: readonly Api[] = [
  storage,
  compute,
  iam,
  oauth2,
  cloudResourceManager,
  serviceUsage,
  policyTroubleshooter,
];
