import { EMULATORS, inferred } from '../basis.ts';
import { type Check, GCE } from '../check.ts';
import { headerOf } from '../http-message.ts';
import { attributePath, changeAttribute, etagOf, setAttribute } from './attributes.ts';

export const etags: readonly Check[] = [
  {
    number: 94,
    title: 'alt=json changes no byte of recursive output, and not its ETag',
    ...EMULATORS.of2016,
    profiles: GCE,
    async run(probe) {
      const plain = await probe.get('project/?recursive=true');
      const json = await probe.get('project/?recursive=true&alt=json');
      probe.holds(plain.body.equals(json.body), 'the same bytes', 'other bytes');
      probe.that('ETag', headerOf(json, 'ETag'), headerOf(plain, 'ETag'));
    },
  },
  {
    number: 97,
    title: 'a listing and its recursive output have different ETags',
    ...EMULATORS.of2016,
    profiles: GCE,
    async run(probe) {
      const [listed, whole] = [
        await etagOf(probe, 'project/'),
        await etagOf(probe, 'project/?recursive=true'),
      ];
      probe.that('the same ETag', listed === whole, false);
    },
  },
  {
    number: 98,
    title: 'an attribute that gets its value back gets its ETag back',
    ...EMULATORS.of2016,
    profiles: GCE,
    needs: ['setAttribute', 'removeAttribute'],
    async run(probe) {
      const key = 'accredit-conformance-etag';
      await setAttribute(probe, key, 'first');
      const first = await etagOf(probe, attributePath(key));
      await changeAttribute(probe, key, 'second');
      probe.that('the ETag changes', (await etagOf(probe, attributePath(key))) !== first, true);
      await changeAttribute(probe, key, 'first');
      probe.that('ETag', await etagOf(probe, attributePath(key)), first);
    },
  },
  {
    number: 217,
    title: 'alt=text and alt=json of one directory have one ETag',
    ...EMULATORS.of2016,
    profiles: GCE,
    async run(probe) {
      const json = await etagOf(probe, 'project/?recursive=true');
      probe.that('ETag', await etagOf(probe, 'project/?recursive=true&alt=text'), json);
    },
  },
  {
    number: 220,
    title: 'an ETag stays while nothing changes',
    ...inferred('it is made of the content'),
    profiles: GCE,
    async run(probe) {
      probe.that(
        'ETag',
        await etagOf(probe, 'project/?recursive=true'),
        await etagOf(probe, 'project/?recursive=true'),
      );
    },
  },
];
