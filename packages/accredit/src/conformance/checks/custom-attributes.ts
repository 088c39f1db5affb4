import { CLIENTS, DOCS, inferred, TRANSCRIPTS } from '../basis.ts';
import { type Check, GCE } from '../check.ts';
import { show } from '../findings.ts';
import { at, keysOf } from '../json.ts';
import type { Probe } from '../probe.ts';
import { linesOf } from '../tree.ts';
import { attributePath, changeAttribute, setAttribute } from './attributes.ts';
import { jsonOf } from './recursive.ts';

/** A value that breaks whoever trims, splits or re-encodes: a multi-line one with blanks at its ends. */
const MULTI_LINE = ' first\nsecond\r\n\tthird \n\n';

const NOT_ASCII = 'Zürich, 東京, 🙂';

/** Attributes are compared byte for byte. */
async function keepsAttribute(probe: Probe, value: string): Promise<void> {
  const key = 'accredit-conformance-text';
  await setAttribute(probe, key, value);
  const { body } = await probe.get(attributePath(key));
  probe.holds(
    body.equals(Buffer.from(value)),
    `the ${Buffer.byteLength(value)} bytes that were set`,
    show(body.toString()),
  );
}

export const customAttributes: readonly Check[] = [
  {
    number: 76,
    title: 'an attribute of several lines is returned byte for byte',
    ...CLIENTS.agent,
    profiles: GCE,
    needs: ['setAttribute', 'removeAttribute'],
    run: (probe) => keepsAttribute(probe, MULTI_LINE),
  },
  {
    number: 77,
    title: 'an attribute that is not ASCII is returned byte for byte',
    ...inferred("Google's pages declare UTF-8"),
    profiles: GCE,
    needs: ['setAttribute', 'removeAttribute'],
    run: (probe) => keepsAttribute(probe, NOT_ASCII),
  },
  {
    number: 88,
    title: 'keys of attributes are as they were set',
    ...TRANSCRIPTS.recursive,
    profiles: GCE,
    async run(probe) {
      const key = 'Accredit-conformance_Key';
      if (probe.control.setAttribute !== undefined) await setAttribute(probe, key, 'x');
      const listed = linesOf(await probe.value('instance/attributes/'));
      if (listed.length === 0) probe.skip('the VM has no attributes');
      const json = await jsonOf(probe, 'instance/?recursive=true');
      probe.that('keys', [...keysOf(at(json, 'attributes'))].sort().join(' '), [...listed].sort().join(' '));
    },
  },
  {
    number: 218,
    title: 'an attribute that is removed is 404, and gone from its listing',
    ...DOCS.query,
    profiles: GCE,
    needs: ['setAttribute', 'removeAttribute'],
    async run(probe) {
      const key = 'accredit-conformance-gone';
      await setAttribute(probe, key, 'x');
      probe.that('listed', linesOf(await probe.value('instance/attributes/')).includes(key), true);
      await changeAttribute(probe, key, undefined);
      probe.status(await probe.get(attributePath(key)), 404, attributePath(key));
      probe.that('listed', linesOf(await probe.value('instance/attributes/')).includes(key), false);
    },
  },
  {
    number: 219,
    title: 'attributes are strings of JSON, whatever they look like',
    ...CLIENTS.agent,
    profiles: GCE,
    needs: ['setAttribute', 'removeAttribute'],
    async run(probe) {
      const key = 'accredit-conformance-number';
      await setAttribute(probe, key, '42');
      const json = await jsonOf(probe, 'instance/attributes/?recursive=true');
      probe.that(key, at(json, key) === '42', true);
    },
  },
];
