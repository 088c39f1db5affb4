/** The three ways to reach a program, and which of them can be tried here. */
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import process from 'node:process';
import { listDefaultCredentialFiles } from '../packages/accredit/src/workload/environment/credential-places.ts';
import { probeNamespace } from '../packages/accredit/src/workload/namespace/probe.ts';

/** A way, with the reason why it is left out here. */
export interface Way {
  readonly isolation: 'netns' | 'proxy' | 'env';
  readonly skip: string | false;
}

const namespaces = await probeNamespace();

/**
 * A program that is only led, not confined, could leave this machine. So these ways are tried in a network that has
 * loopback and nothing else, which `npm run test:clients` makes where it can.
 */
const isOwnNetwork = process.env.CLIENTS_OWN_NETWORK === '1';

/** `accredit run` starts nothing in these ways where a program would find credentials of whoever runs this. */
const ownCredentials = listDefaultCredentialFiles({
  platform: process.platform,
  environment: {},
  homeDirectory: userInfo().homedir,
}).find((file) => existsSync(file));

function skipOpenWay(): string | false {
  if (!isOwnNetwork) return 'only in a network of its own';
  return ownCredentials === undefined ? false : `'${ownCredentials}' is there`;
}

export const NETNS: Way = { isolation: 'netns', skip: namespaces.works ? false : namespaces.reason };
export const PROXY: Way = { isolation: 'proxy', skip: skipOpenWay() };
export const ENV: Way = { ...PROXY, isolation: 'env' };
