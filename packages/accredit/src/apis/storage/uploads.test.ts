import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { CountedBytes } from '../../store/counted-bytes.fixture.ts';
import { seededRandom } from '../api.fixture.ts';
import {
  API,
  BUCKET,
  errorBody,
  HOST,
  makeBucket,
  objectUrl,
  openStorage,
  refusal,
  UPLOAD,
} from './storage.fixture.ts';

const MEDIA = `${UPLOAD}/b/${BUCKET}/o?uploadType=media`;
const MULTIPART = `${UPLOAD}/b/${BUCKET}/o?uploadType=multipart`;

/** A multipart upload as Node and Go send it. */
function multipart(metadata: unknown, media: string, mediaHeaders = ''): string {
  const json = typeof metadata === 'string' ? metadata : JSON.stringify(metadata);
  return `--b\r\nContent-Type: application/json\r\n\r\n${json}\r\n--b\r\n${mediaHeaders}\r\n${media}\r\n--b--`;
}

const FORM = { 'content-type': 'multipart/related; boundary=b' };

test('as gcloud and gsutil upload: bare LF, a boundary in single quotes (clients notes 0.3)', async () => {
  const { send } = await openStorage();
  const body =
    '--===============4475822611507238652==\nContent-Type: application/json\nMIME-Version: 1.0\n\n' +
    `{"bucket": "${BUCKET}", "contentType": "text/plain", "name": "d/h.txt"}\n` +
    '--===============4475822611507238652==\nContent-Type: text/plain\nMIME-Version: 1.0\n' +
    'Content-Transfer-Encoding: binary\n\nhello\n\n--===============4475822611507238652==--\n';
  const headers = { 'content-type': "multipart/related; boundary='===============4475822611507238652=='" };
  const response = await send('POST', `${MULTIPART}&alt=json&fields=md5Hash%2Ccrc32c%2Csize`, {
    body,
    headers,
  });
  assert.deepEqual(response.json, { size: '6', md5Hash: 'sZRqySSS0jR8YjW00mERhA==', crc32c: 'NT3Yvg==' });
  assert.equal((await send('GET', `${objectUrl('d/h.txt')}?alt=media`)).text, 'hello\n');
});

test('metadata of a multipart upload is kept (storage notes 5.7)', async () => {
  const { send } = await openStorage();
  const metadata = {
    name: 'a',
    contentType: 'x/y',
    cacheControl: 'no-cache',
    contentDisposition: '',
    storageClass: 'nearline',
    metadata: { Key: 'v', 'goog-reserved-file-mtime': '1', gone: null },
    md5Hash: 'XrY7u+Ae7tCTyyK7j1rNww==',
    crc32c: 'yZRlqg==',
    generation: '5',
    timeCreated: 'x',
    temporaryHold: false,
    acl: [],
    novelty: 1,
  };
  const body = multipart(metadata, 'hello world', 'Content-Type: text/plain\r\n');
  const { json } = await send('POST', MULTIPART, { body, headers: FORM });
  assert.equal(json.contentType, 'x/y', 'the JSON wins over the part');
  assert.equal(json.cacheControl, 'no-cache');
  assert.equal(json.contentDisposition, undefined);
  assert.equal(json.storageClass, 'NEARLINE');
  assert.deepEqual(json.metadata, { Key: 'v', 'goog-reserved-file-mtime': '1' });
  assert.equal(json.generation, '1795410000000000');
  assert.deepEqual((await send('GET', objectUrl('a'))).json, json);
});

test('the type of a multipart upload: of the part where the JSON has none, else none (storage notes 1.2)', async () => {
  const { send } = await openStorage();
  const of = async (mediaHeaders: string) =>
    (await send('POST', MULTIPART, { body: multipart({ name: 'a' }, 'x', mediaHeaders), headers: FORM })).json
      .contentType;
  assert.equal(await of('Content-Type: text/html\r\n'), 'text/html');
  assert.equal(await of(''), undefined);
});

test('uploadType may be left to the content type; a name may stand in the query alone (storage notes 5.1)', async () => {
  const { send } = await openStorage();
  const url = `${UPLOAD}/b/${BUCKET}/o?name=q`;
  assert.equal((await send('POST', url, { body: multipart('', 'x'), headers: FORM })).json.name, 'q');
  const both = await send('POST', `${MULTIPART}&name=a`, {
    body: multipart({ name: 'a' }, 'x'),
    headers: FORM,
  });
  assert.equal(both.status, 200);
});

test('a media upload: type from the header, or none; nothing makes an empty object (storage notes 5.2)', async () => {
  const { send, upload } = await openStorage();
  const empty = await upload('empty', '');
  assert.deepEqual([empty.size, empty.md5Hash, empty.crc32c], ['0', '1B2M2Y8AsgTpgAmY7PhCfg==', 'AAAAAA==']);
  const form = await send('POST', `${MEDIA}&name=f`, { body: 'x', headers: { 'content-type': '' } });
  assert.equal(form.json.contentType, undefined);
  const read = await send('GET', `${objectUrl('f')}?alt=media`);
  assert.equal(read.headers['Content-Type'], 'application/octet-stream');
});

test('what is sent with Content-Encoding: gzip is stored unpacked (storage notes, fact 7)', async () => {
  const { send, upload } = await openStorage();
  const headers = { 'content-type': 'text/plain', 'content-encoding': 'gzip' };
  const body = gzipSync('hello world');
  const { json } = await send('POST', `${MEDIA}&name=a`, { body, headers });
  assert.equal(json.size, '11');
  assert.equal(json.md5Hash, (await upload('plain')).md5Hash);
  assert.equal(json.contentEncoding, undefined);
  for (const broken of ['not packed', body.subarray(0, 20)]) {
    const response = await send('POST', `${MEDIA}&name=b`, { body: broken, headers });
    const message = 'The body is not what its Content-Encoding says: gzip.';
    assert.deepEqual(response.json, errorBody(400, 'invalid', message));
  }
  assert.equal((await send('GET', objectUrl('b'))).status, 404);
});

const NOT_YET = (name: string) => `'${name}' is not supported by this server yet. Leave it out.`;
const DISAGREE = (a: string, b: string) =>
  `Value '${a}' in content does not agree with value '${b}'. This can happen when a value set through a parameter is ` +
  'inconsistent with a value set in the request.';

const refusedUploads: readonly (readonly [
  string,
  string,
  string | Buffer,
  Record<string, string>,
  string,
  string,
])[] = [
  ['no name', MEDIA, 'x', {}, 'required', 'Required'],
  ['no name in either place', MULTIPART, multipart({}, 'x'), FORM, 'required', 'Required'],
  ['a name that cannot be', `${MEDIA}&name=..`, 'x', {}, 'invalid', "Invalid object name: '..'"],
  [
    'a line end in a name',
    MULTIPART,
    multipart({ name: 'a\nb' }, 'x'),
    FORM,
    'invalid',
    "Disallowed unicode characters present in object name 'a\nb'",
  ],
  [
    'half a character in a name',
    MULTIPART,
    multipart('{"name":"\\ud800"}', 'x'),
    FORM,
    'invalid',
    "Disallowed unicode characters present in object name '\uFFFD'",
  ],
  [
    'names that differ',
    `${MULTIPART}&name=a`,
    multipart({ name: 'b' }, 'x'),
    FORM,
    'invalid',
    DISAGREE('b', 'a'),
  ],
  [
    'buckets that differ',
    MULTIPART,
    multipart({ name: 'a', bucket: 'other' }, 'x'),
    FORM,
    'invalid',
    DISAGREE('other', BUCKET),
  ],
  ['no JSON', MULTIPART, multipart('{', 'x'), FORM, 'parseError', 'Parse Error'],
  [
    'JSON of another type',
    MULTIPART,
    multipart('[]', 'x'),
    FORM,
    'parseError',
    "Parse Error: Invalid value at '' (TYPE_MESSAGE), []",
  ],
  [
    'bytes that are no text',
    MULTIPART,
    Buffer.from(multipart('{"name":"\u00ff"}', 'x'), 'latin1'),
    FORM,
    'parseError',
    'Parse Error',
  ],
  [
    'no boundary',
    MULTIPART,
    'x',
    { 'content-type': 'multipart/related' },
    'badRequest',
    'Invalid multipart request: its content type names no boundary.',
  ],
  ['no parts', MULTIPART, '', FORM, 'badRequest', 'Invalid multipart request with 0 mime parts'],
  [
    'three parts',
    MULTIPART,
    `${multipart({ name: 'a' }, 'x').slice(0, -2)}\r\n\r\ny\r\n--b--`,
    FORM,
    'badRequest',
    'Invalid multipart request with 3 mime parts',
  ],
  [
    'no closing boundary',
    MULTIPART,
    multipart({ name: 'a' }, 'x').slice(0, -2),
    FORM,
    'badRequest',
    'Invalid multipart request: it ends before its closing boundary.',
  ],
  [
    'an unknown upload type',
    `${UPLOAD}/b/${BUCKET}/o?uploadType=pigeon&name=a`,
    'x',
    {},
    'badRequest',
    "Invalid upload type 'pigeon'. Use 'media' or 'multipart'.",
  ],
  [
    'another MD5 in the JSON',
    MULTIPART,
    multipart({ name: 'a', md5Hash: '1B2M2Y8AsgTpgAmY7PhCfg==' }, 'hello world'),
    FORM,
    'invalid',
    'Provided MD5 hash "1B2M2Y8AsgTpgAmY7PhCfg==" doesn\'t match calculated MD5 hash "XrY7u+Ae7tCTyyK7j1rNww==".',
  ],
  [
    'another CRC32C in the JSON',
    MULTIPART,
    multipart({ name: 'a', crc32c: 'AAAAAA==' }, 'hello world'),
    FORM,
    'invalid',
    'Provided CRC32C "AAAAAA==" doesn\'t match calculated CRC32C "yZRlqg==".',
  ],
  [
    'another hash in X-Goog-Hash',
    `${MEDIA}&name=a`,
    'hello world',
    { 'x-goog-hash': 'crc32c=AAAAAA==' },
    'invalid',
    'Provided CRC32C "AAAAAA==" doesn\'t match calculated CRC32C "yZRlqg==".',
  ],
  [
    'another Content-MD5',
    `${MEDIA}&name=a`,
    'hello world',
    { 'content-md5': '1B2M2Y8AsgTpgAmY7PhCfg==' },
    'invalid',
    'Provided MD5 hash "1B2M2Y8AsgTpgAmY7PhCfg==" doesn\'t match calculated MD5 hash "XrY7u+Ae7tCTyyK7j1rNww==".',
  ],
  [
    'a hash that is none',
    `${MEDIA}&name=a`,
    'x',
    { 'content-md5': 'abc' },
    'invalid',
    'Invalid MD5 hash "abc".',
  ],
  [
    'a class that is none',
    MULTIPART,
    multipart({ name: 'a', storageClass: 'X' }, 'x'),
    FORM,
    'invalid',
    'Invalid storage class "X"',
  ],
  [
    'a header that could not be sent',
    MULTIPART,
    multipart({ name: 'a', contentType: 'a\r\nSet-Cookie: b' }, 'x'),
    FORM,
    'invalid',
    'Invalid value for: contentType',
  ],
  [
    'too much custom metadata',
    MULTIPART,
    multipart({ name: 'a', metadata: { k: 'x'.repeat(8192) } }, 'x'),
    FORM,
    'invalid',
    'The custom metadata exceeds the maximum of 8192 bytes: 8193.',
  ],
  [
    'a hold',
    MULTIPART,
    multipart({ name: 'a', temporaryHold: true }, 'x'),
    FORM,
    'invalid',
    NOT_YET('temporaryHold'),
  ],
  ['a list', MULTIPART, multipart({ name: 'a', acl: [{}, { a: 1 }] }, 'x'), FORM, 'invalid', NOT_YET('acl')],
  [
    'a canned list',
    `${MEDIA}&name=a&predefinedAcl=publicRead`,
    'x',
    {},
    'invalid',
    NOT_YET('predefinedAcl=publicRead'),
  ],
  [
    'an unknown canned list',
    `${MEDIA}&name=a&predefinedAcl=x`,
    'x',
    {},
    'invalid',
    'Invalid predefined ACL "x"',
  ],
  ['a KMS key', `${MEDIA}&name=a&kmsKeyName=k`, 'x', {}, 'invalid', NOT_YET('kmsKeyName')],
  [
    'a key of the customer',
    `${MEDIA}&name=a`,
    'x',
    { 'x-goog-encryption-key': 'AAAA' },
    'invalid',
    'Customer-supplied encryption keys are not supported by this server yet.',
  ],
  [
    'a condition that is none',
    `${MEDIA}&name=a&ifGenerationMatch=x`,
    'x',
    {},
    'invalid',
    'Invalid argument.',
  ],
];

for (const [name, url, body, headers, reason, message] of refusedUploads) {
  test(`an upload is refused and leaves nothing: ${name} (storage notes 5)`, async () => {
    const objectBytes = new CountedBytes(seededRandom());
    const { send } = await openStorage({}, { objectBytes });
    const response = await send('POST', url, { body, headers });
    assert.equal(response.status, 400);
    assert.equal(response.json.error.message, message);
    assert.equal(response.json.error.errors[0].reason, reason);
    assert.deepEqual((await send('GET', `${API}/b/${BUCKET}/o`)).json, { kind: 'storage#objects' });
    assert.equal(objectBytes.present.size, 0);
  });
}

test('right checksums go through, wherever they stand (storage notes 5.6)', async () => {
  const { send } = await openStorage();
  const headers = {
    'content-type': 'text/plain',
    'x-goog-hash': 'crc32c=yZRlqg==,md5=XrY7u+Ae7tCTyyK7j1rNww==',
    'content-md5': 'XrY7u+Ae7tCTyyK7j1rNww==',
  };
  assert.equal((await send('POST', `${MEDIA}&name=a`, { body: 'hello world', headers })).status, 200);
});

test('an upload to the address of the list says where uploads go (storage notes 3.2)', async () => {
  const { send } = await openStorage();
  const response = await send('POST', `${API}/b/${BUCKET}/o`, { body: { name: 'x' } });
  const message = 'Uploads must be sent to the upload URL.';
  assert.deepEqual(response.json, errorBody(400, 'wrongUrlForUpload', message));
});

test('an upload to a bucket that is not there is 404 (storage notes 3.2)', async () => {
  const { send } = await openStorage();
  const response = await send('POST', MEDIA.replace(BUCKET, 'nowhere') + '&name=a', { body: 'x' });
  assert.deepEqual(response.json, errorBody(404, 'notFound', 'The specified bucket does not exist.'));
});

test('a resumable upload is refused with what to do instead', async () => {
  const { send } = await openStorage();
  const message =
    'Resumable uploads are not supported by this server yet. ' +
    "Use uploadType=multipart or uploadType=media: in Node pass '{resumable: false}', for gcloud raise " +
    "'storage/resumable_threshold'.";
  for (const [url, headers] of [
    [`${HOST}/resumable/upload/storage/v1/b/${BUCKET}/o?uploadType=resumable`, {}],
    [`${UPLOAD}/b/${BUCKET}/o?uploadType=resumable&name=a`, {}],
    [`${UPLOAD}/b/${BUCKET}/o?name=a`, { 'x-goog-upload-protocol': 'resumable' }],
  ] as const) {
    const response = await send('POST', url, { body: { name: 'a' }, headers });
    assert.equal(response.status, 400);
    assert.deepEqual(response.json, errorBody(400, 'notImplemented', message));
  }
});

test('an upload without a length is 411 (storage notes 5.1)', async () => {
  const { send } = await openStorage();
  const response = await send('POST', `${MEDIA}&name=a`);
  assert.equal(response.status, 411);
});

test('conditions of an upload (storage notes 4.1)', async () => {
  const { send, upload } = await openStorage();
  const put = (name: string, condition: string) =>
    send('POST', `${MEDIA}&name=${name}&${condition}`, {
      body: 'new',
      headers: { 'content-type': 'text/plain' },
    });
  assert.equal((await put('a', 'ifGenerationMatch=5')).status, 412);
  assert.equal((await put('a', 'ifGenerationNotMatch=0')).status, 304);
  assert.equal((await put('a', 'ifMetagenerationMatch=1')).status, 412);
  assert.equal((await put('a', 'ifGenerationMatch=0')).status, 200);
  const again = await put('a', 'ifGenerationMatch=0');
  const message = 'At least one of the pre-conditions you specified did not hold.';
  assert.deepEqual(again.json, errorBody(412, 'conditionNotMet', message, 'If-Match'));
  const { generation } = await upload('a', 'newer');
  const unchanged = await put('a', `ifGenerationNotMatch=${generation}`);
  assert.equal(unchanged.status, 304);
  assert.equal(unchanged.text, '');
  assert.equal((await send('GET', `${objectUrl('a')}?alt=media`)).text, 'newer');
  assert.equal((await put('a', `ifGenerationMatch=${generation}`)).status, 200);
  assert.equal((await put('a', `ifGenerationMatch=${generation}`)).status, 412);
});

test('replacing an object needs the permission to delete it too (IAM notes 3.1)', async () => {
  const { cloud, upload, send } = await openStorage();
  await upload('there');
  const creator = await cloud.account('creator', 'roles/storage.objectCreator');
  const token = await cloud.token(creator);
  const put = (name: string) => cloud.send('POST', `${MEDIA}&name=${name}`, { token, body: 'mine' });
  assert.equal((await put('new')).status, 200);
  const refused = await put('there');
  const message = refusal(creator, 'storage.objects.delete', 'Storage object');
  assert.deepEqual(refused.json, errorBody(403, 'forbidden', message));
  assert.equal((await send('GET', `${objectUrl('there')}?alt=media`)).text, 'hello world');
});

test('bytes that were replaced go, the new ones stay (architecture: object bytes)', async () => {
  const objectBytes = new CountedBytes(seededRandom());
  const { cloud, upload } = await openStorage({}, { objectBytes });
  const bytesId = async () => (await cloud.services.resources.objects.get(BUCKET, 'a'))?.value.bytesId ?? '';
  await upload('a', 'old');
  const old = await bytesId();
  await upload('a', 'new');
  assert.equal(await cloud.services.objectBytes.read(old), undefined);
  assert.deepEqual([...objectBytes.present], [await bytesId()]);
  assert.equal(await cloud.services.resources.objects.namesBytes(old), false);
  assert.equal(await cloud.services.resources.objects.namesBytes(await bytesId()), true);
});

test('of many that write one name at once all succeed, and the last generation is there (storage notes 4.2)', async () => {
  const { upload, send } = await openStorage();
  const made = await Promise.all(Array.from({ length: 8 }, (_, index) => upload('a', `text ${index}`)));
  const last = made.reduce((a, b) => (BigInt(a.generation) > BigInt(b.generation) ? a : b));
  assert.deepEqual((await send('GET', objectUrl('a'))).json, last);
  assert.equal(new Set(made.map(({ generation }) => generation)).size, 8);
});

test('of many that create one name on the condition that it is new, one does', async () => {
  const objectBytes = new CountedBytes(seededRandom());
  const { send } = await openStorage({}, { objectBytes });
  const asked = Array.from({ length: 6 }, () =>
    send('POST', `${MEDIA}&name=a&ifGenerationMatch=0`, { body: 'x' }),
  );
  const statuses = (await Promise.all(asked)).map(({ status }) => status).sort((a, b) => a - b);
  assert.deepEqual(statuses, [200, 412, 412, 412, 412, 412]);
  assert.equal(objectBytes.present.size, 1, 'the bytes of the others are gone');
});

test('an upload that is cut short stores nothing (storage notes 5.3)', async () => {
  const { send } = await openStorage();
  for (const [url, body, headers] of [
    [`${MEDIA}&name=a`, 'hello', { 'content-length': '11' }],
    [MULTIPART, multipart({ name: 'a' }, 'x'), { ...FORM, 'content-length': '500' }],
  ] as const) {
    const response = await send('POST', url, { body, headers });
    const message = 'The upload ended before all of its bytes had come.';
    assert.equal(response.status, 408);
    assert.deepEqual(response.json, errorBody(408, 'uploadBrokenConnection', message));
  }
  assert.equal((await send('GET', objectUrl('a'))).status, 404);
});

test('under uniform access a list is refused in the words that clients know (storage notes 9.2)', async () => {
  const { send } = await openStorage({ uniformBucketLevelAccess: true });
  const message =
    'Cannot insert legacy ACL for an object when uniform bucket-level access is enabled. ' +
    'Read more at https://cloud.google.com/storage/docs/uniform-bucket-level-access';
  const canned = await send('POST', `${MEDIA}&name=a&predefinedAcl=private`, { body: 'x' });
  assert.deepEqual(canned.json, errorBody(400, 'invalid', message));
  const body = multipart({ name: 'a', acl: [{ entity: 'allUsers', role: 'READER' }] }, 'x');
  assert.deepEqual(
    (await send('POST', MULTIPART, { body, headers: FORM })).json,
    errorBody(400, 'invalid', message),
  );
});

test('a caller who may not is refused before a byte is read', async () => {
  const { cloud } = await openStorage();
  const token = await cloud.token(await cloud.account('nobody'));
  let read = 0;
  const body = new Readable({
    read() {
      read += 1;
      this.push(read > 1000 ? null : Buffer.alloc(65_536));
    },
  });
  const response = await cloud.handle({
    method: 'POST',
    target: `/upload/storage/v1/b/${BUCKET}/o?uploadType=media&name=a`,
    headers: {
      host: 'storage.googleapis.com',
      authorization: `Bearer ${token}`,
      'transfer-encoding': 'chunked',
    },
    body,
    listener: { kind: 'api' },
  });
  assert.equal(response.status, 403);
  assert.ok(read <= 2, `${read} chunks were read`);
  body.destroy();
});

/** What may happen to a bucket while an upload into it is under way, and what the upload gets then. */
const meanwhile: readonly (readonly [
  string,
  (storage: Awaited<ReturnType<typeof openStorage>>, writer: string) => Promise<void>,
  number,
  (writer: string) => ReturnType<typeof errorBody>,
])[] = [
  [
    'the bucket goes',
    async ({ send }) => void (await send('DELETE', `${API}/b/${BUCKET}`)),
    404,
    () => errorBody(404, 'notFound', 'The specified bucket does not exist.'),
  ],
  [
    'the bucket becomes one of another project',
    async ({ cloud, send }) => {
      await send('DELETE', `${API}/b/${BUCKET}`);
      const { buckets, projects, ...resources } = cloud.services.resources;
      const other = projects.draft('other-project', 'Other', '987654321098');
      await resources.commit(projects.put(other));
      await buckets.create(buckets.draft(other, { name: BUCKET }));
    },
    404,
    () => errorBody(404, 'notFound', 'The specified bucket does not exist.'),
  ],
  [
    'the bucket becomes another one into which the caller may write',
    async ({ cloud, send }, writer) => {
      await send('DELETE', `${API}/b/${BUCKET}`);
      await makeBucket(cloud);
      await cloud.grant(
        `projects/_/buckets/${BUCKET}`,
        'roles/storage.objectCreator',
        `serviceAccount:${writer}`,
      );
    },
    404,
    () => errorBody(404, 'notFound', 'The specified bucket does not exist.'),
  ],
  [
    'the grant is taken away',
    async ({ cloud }) => {
      const { policies, ...resources } = cloud.services.resources;
      const resource = `projects/_/buckets/${BUCKET}`;
      const { value } = await policies.get(resource);
      await resources.commit([await policies.put(resource, { ...value, bindings: [] })]);
    },
    403,
    (writer) => errorBody(403, 'forbidden', refusal(writer, 'storage.objects.create', 'Storage object')),
  ],
];

for (const [name, happen, status, answered] of meanwhile) {
  test(`an upload is judged again once its bytes are there: ${name}`, async () => {
    const objectBytes = new CountedBytes(seededRandom());
    const storage = await openStorage({}, { objectBytes });
    const { cloud } = storage;
    const writer = await cloud.account('writer');
    await cloud.grant(
      `projects/_/buckets/${BUCKET}`,
      'roles/storage.objectCreator',
      `serviceAccount:${writer}`,
    );
    const token = await cloud.token(writer);
    async function* body() {
      yield Buffer.from('hello');
      await happen(storage, writer);
      yield Buffer.from('world');
    }
    const response = await cloud.handle({
      method: 'POST',
      target: `/upload/storage/v1/b/${BUCKET}/o?uploadType=media&name=a`,
      headers: {
        host: 'storage.googleapis.com',
        authorization: `Bearer ${token}`,
        'content-length': '10',
      },
      body: Readable.from(body()),
      listener: { kind: 'api' },
    });
    assert.equal(response.status, status);
    assert.deepEqual(JSON.parse(String(response.body)), answered(writer));
    assert.equal(objectBytes.present.size, 0, 'its bytes are gone');
    assert.equal(await cloud.services.resources.objects.get(BUCKET, 'a'), undefined);
  });
}
