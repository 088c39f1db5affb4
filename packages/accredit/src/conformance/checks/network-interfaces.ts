import { CLIENTS, DOCS, TRANSCRIPTS } from '../basis.ts';
import { type Check, GCE } from '../check.ts';
import { isStrings } from '../json.ts';
import { linesOf } from '../tree.ts';
import { hasForm, valueOrSkip } from './scalars.ts';

const NIC = 'instance/network-interfaces/0';

export const networkInterfaces: readonly Check[] = [
  {
    number: 64,
    title: 'a network is projects/NUMBER/networks/NETWORK',
    ...DOCS.keys,
    profiles: GCE,
    run: hasForm(`${NIC}/network`, /^projects\/\d+\/networks\/[^/]+$/),
  },
  {
    number: 65,
    title: 'a MAC address begins with 42:01 and is in lower case',
    ...CLIENTS.node,
    profiles: GCE,
    run: hasForm(`${NIC}/mac`, /^42:01(:[0-9a-f]{2}){4}$/),
  },
  {
    number: 198,
    title: 'a network interface has an address, its mask and its gateway',
    ...DOCS.keys,
    profiles: GCE,
    async run(probe) {
      const dotted = /^\d{1,3}(\.\d{1,3}){3}$/;
      if ((await valueOrSkip(probe, `${NIC}/ip`)) === '') probe.skip('the VM has no IPv4 address');
      for (const key of ['ip', 'subnetmask', 'gateway']) await hasForm(`${NIC}/${key}`, dotted)(probe);
    },
  },
  {
    number: 199,
    title: 'mtu is a number between 1280 and 8896',
    ...DOCS.keys,
    profiles: GCE,
    async run(probe) {
      const mtu = await probe.value(`${NIC}/mtu`);
      probe.that('mtu', mtu, /^\d+$/);
      probe.holds(Number(mtu) >= 1280 && Number(mtu) <= 8896, 'mtu from 1280 to 8896', mtu);
    },
  },
  {
    number: 200,
    title: 'an access configuration is ONE_TO_ONE_NAT with an address that may be empty',
    ...DOCS.keys,
    profiles: GCE,
    async run(probe) {
      const path = `${NIC}/access-configs/0`;
      probe.that('type', await valueOrSkip(probe, `${path}/type`), /^(ONE_TO_ONE_NAT|DIRECT_IPV6)$/);
      probe.that('external-ip', await probe.value(`${path}/external-ip`), /^[0-9a-f.:]*$/);
    },
  },
  {
    number: 202,
    title: 'dns-servers is a list of lines, each ended',
    ...TRANSCRIPTS.tree,
    profiles: GCE,
    async run(probe) {
      const servers = await probe.value(`${NIC}/dns-servers`);
      probe.that('dns-servers', servers, /^([0-9a-f.:]+\n)+$/);
      const json = probe.json(await probe.get(`${NIC}/dns-servers?alt=json`));
      probe.that('alt=json', isStrings(json) ? json.join(' ') : undefined, linesOf(servers).join(' '));
    },
  },
];
