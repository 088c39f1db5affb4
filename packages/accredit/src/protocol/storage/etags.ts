import { parseFields, varintField } from './protobuf.ts';

/** Numbers of the fields in an object's etag; a bucket's has its metageneration in the first one. */
const FIRST = 1;
const SECOND = 2;

/** Returns the etag of a bucket and of its IAM policy: `CAE=` for metageneration 1. */
export function toBucketEtag(metageneration: number): string {
  return varintField(FIRST, BigInt(metageneration)).toString('base64');
}

/** Returns the JSON etag of an object. A download's `ETag` header is the quoted MD5 instead. */
export function toObjectEtag(generation: string, metageneration: number): string {
  const fields = [varintField(FIRST, BigInt(generation)), varintField(SECOND, BigInt(metageneration))];
  return Buffer.concat(fields).toString('base64');
}

/** Returns the metageneration that a bucket's etag stands for; `undefined` for what is no such etag. */
export function parseBucketEtag(etag: string): number | undefined {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(etag)) return undefined;
  const fields = parseFields(Buffer.from(etag, 'base64'));
  const [only] = fields ?? [];
  if (fields?.length !== 1 || only?.field !== FIRST || typeof only.value !== 'bigint') return undefined;
  return Number(only.value);
}
