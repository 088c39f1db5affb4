import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { BUCKET, HOST, objectUrl, openStorage, refusal, UPLOAD } from './storage.fixture.ts';

const media = (name: string) => `${objectUrl(name)}?alt=media`;
const MD5_ETAG = '"5eb63bbbe01eeed093cb22bb8f5acdc3"';
const HASH = 'crc32c=yZRlqg==,md5=XrY7u+Ae7tCTyyK7j1rNww==';

test('a download has the bytes and the headers of the object (storage notes 6.2)', async () => {
  const { send, upload } = await openStorage();
  await upload('a');
  for (const url of [
    media('a'),
    `${HOST}/download/storage/v1/b/${BUCKET}/o/a?generation=1795410000000000&alt=media`,
  ]) {
    const response = await send('GET', url);
    assert.equal(response.status, 200);
    assert.equal(response.text, 'hello world');
    const { 'X-GUploader-UploadID': id, ...headers } = response.headers;
    assert.match(id ?? '', /^[0-9a-f]{16}$/);
    assert.deepEqual(headers, {
      Vary: 'Origin, X-Origin',
      'Cache-Control': 'no-cache, no-store, max-age=0, must-revalidate',
      Server: 'UploadServer',
      Pragma: 'no-cache',
      Expires: 'Mon, 01 Jan 1990 00:00:00 GMT',
      'Content-Type': 'text/plain',
      ETag: MD5_ETAG,
      'Last-Modified': 'Mon, 23 Nov 2026 05:00:00 GMT',
      'x-goog-generation': '1795410000000000',
      'x-goog-metageneration': '1',
      'x-goog-stored-content-encoding': 'identity',
      'x-goog-stored-content-length': '11',
      'x-goog-storage-class': 'STANDARD',
      'Accept-Ranges': 'bytes',
      'Content-Length': '11',
      'x-goog-hash': HASH,
    });
  }
});

const ranges: readonly (readonly [string, number, string, string | undefined])[] = [
  ['bytes=0-4', 206, 'hello', 'bytes 0-4/11'],
  ['bytes=6-', 206, 'world', 'bytes 6-10/11'],
  ['bytes=-5', 206, 'world', 'bytes 6-10/11'],
  ['bytes=0-99', 206, 'hello world', 'bytes 0-10/11'],
  ['bytes=0-', 206, 'hello world', 'bytes 0-10/11'],
  ['bytes=11-', 416, 'Request range not satisfiable', 'bytes */11'],
  ['bytes=5-4', 200, 'hello world', undefined],
  ['bytes=0-1,3-4', 200, 'hello world', undefined],
];

for (const [range, status, text, contentRange] of ranges) {
  test(`Range ${range} is ${status} ${contentRange ?? 'whole'} (storage notes 6.3)`, async () => {
    const { send, upload } = await openStorage();
    await upload('a');
    const response = await send('GET', media('a'), { headers: { range } });
    assert.equal(response.status, status);
    assert.equal(response.text, text);
    assert.equal(response.headers['Content-Range'], contentRange);
    assert.equal(response.headers['x-goog-hash'], text === 'hello world' ? HASH : undefined);
    if (status !== 416) assert.equal(response.headers['Content-Length'], String(text.length));
  });
}

test('an empty object has no range and no bytes (storage notes 6.3)', async () => {
  const { send, upload } = await openStorage();
  await upload('empty', '');
  const whole = await send('GET', media('empty'));
  assert.equal(whole.status, 200);
  assert.equal(whole.text, '');
  assert.equal(whole.headers['Content-Length'], '0');
  const range = await send('GET', media('empty'), { headers: { range: 'bytes=0-0' } });
  assert.equal(range.status, 416);
  assert.equal(range.headers['Content-Range'], 'bytes */0');
});

test('If-Range of another content makes the range go unheard (RFC 9110 §13.1.5)', async () => {
  const { send, upload } = await openStorage();
  await upload('a');
  const ask = async (ifRange: string) =>
    (await send('GET', media('a'), { headers: { range: 'bytes=0-4', 'if-range': ifRange } })).status;
  assert.equal(await ask(MD5_ETAG), 206);
  assert.equal(await ask('"other"'), 200);
});

test('conditions of a download (storage notes 4.1, 6.6)', async () => {
  const { send, upload } = await openStorage();
  const { generation, etag } = await upload('a');
  const cases: readonly (readonly [string, Record<string, string>, number])[] = [
    ['', { 'if-none-match': MD5_ETAG }, 304],
    ['', { 'if-none-match': etag }, 304],
    ['', { 'if-none-match': '*' }, 304],
    ['', { 'if-none-match': '"x"' }, 200],
    ['', { 'if-match': '"x"' }, 412],
    ['', { 'if-modified-since': 'Mon, 23 Nov 2026 05:00:00 GMT' }, 304],
    ['', { 'if-unmodified-since': 'Mon, 23 Nov 2026 04:59:59 GMT' }, 412],
    [`&ifGenerationNotMatch=${generation}`, {}, 304],
    ['&ifGenerationMatch=1', {}, 412],
  ];
  for (const [query, headers, status] of cases) {
    const response = await send('GET', media('a') + query, { headers });
    assert.equal(response.status, status, query + JSON.stringify(headers));
    if (status === 304) assert.equal(response.text, '');
    if (status === 304) assert.equal(response.headers.ETag, MD5_ETAG);
    if (status === 412)
      assert.equal(response.text, 'At least one of the pre-conditions you specified did not hold.');
  }
});

test('errors of a download are one bare line of text (storage notes 6.5)', async () => {
  const { send, cloud } = await openStorage();
  const email = await cloud.account('nobody');
  const token = await cloud.token(email);
  const who = (name: string) => refusal(name, 'storage.objects.get', 'Storage object');
  const cases = [
    [await send('GET', media('none')), 404, `No such object: ${BUCKET}/none`],
    [
      await send('GET', media('none').replace(BUCKET, 'nowhere')),
      404,
      'The specified bucket does not exist.',
    ],
    [await cloud.send('GET', media('none')), 401, who('Anonymous caller')],
    [await cloud.send('GET', media('none'), { token }), 403, who(email)],
    [await cloud.send('GET', media('none'), { token: 'ya29.x' }), 401, 'Invalid Credentials'],
  ] as const;
  for (const [response, status, text] of cases) {
    assert.equal(response.status, status);
    assert.equal(response.text, text);
    assert.equal(response.headers['Content-Type'], 'text/html; charset=UTF-8');
  }
});

test('what everybody may read may be kept, unless the object says otherwise (storage notes 6.2)', async () => {
  const { cloud, upload, send } = await openStorage();
  await upload('a');
  await cloud.grant(`projects/_/buckets/${BUCKET}`, 'roles/storage.objectViewer', 'allUsers');
  const open = await cloud.send('GET', media('a'));
  assert.equal(open.headers['Cache-Control'], 'public, max-age=3600');
  assert.equal(open.headers.Pragma, undefined);
  const body =
    '--b\r\nContent-Type: application/json\r\n\r\n{"name":"c","cacheControl":"max-age=5","contentDisposition":"attachment; filename=\\"ü\\"","contentLanguage":"de"}\r\n--b\r\n\r\nx\r\n--b--';
  const made = await send('POST', `${UPLOAD}/b/${BUCKET}/o?uploadType=multipart`, {
    body,
    headers: { 'content-type': 'multipart/related; boundary=b' },
  });
  assert.equal(made.status, 200);
  const own = await cloud.send('GET', media('c'));
  assert.equal(own.headers['Cache-Control'], 'max-age=5');
  assert.equal(own.headers['Content-Language'], 'de');
  const disposition = Buffer.from(own.headers['Content-Disposition'] ?? '', 'latin1').toString('utf8');
  assert.equal(disposition, 'attachment; filename="ü"');
  assert.equal(own.headers['Content-Type'], 'application/octet-stream');
});

test('packed bytes go out packed to who takes them, unpacked to others (storage notes 6.4)', async () => {
  const { send } = await openStorage();
  const packed = gzipSync('hello world');
  const url = `${UPLOAD}/b/${BUCKET}/o?uploadType=media&name=z&contentEncoding=gzip`;
  const made = await send('POST', url, { body: packed, headers: { 'content-type': 'text/plain' } });
  assert.equal(made.json.contentEncoding, 'gzip');
  assert.equal(made.json.size, String(packed.length));
  const hash = `crc32c=${made.json.crc32c},md5=${made.json.md5Hash}`;
  const plain = await send('GET', media('z'));
  assert.equal(plain.text, 'hello world');
  assert.equal(plain.headers['Content-Encoding'], undefined);
  assert.equal(plain.headers['Content-Length'], undefined);
  assert.equal(plain.headers['x-goog-hash'], hash);
  assert.equal(plain.headers['X-GUploader-Response-Body-Transformations'], 'gunzipped');
  assert.equal(plain.headers.Warning, '214 UploadServer gunzipped');
  assert.equal(plain.headers.Vary, 'Accept-Encoding');
  const ignored = await send('GET', media('z'), { headers: { range: 'bytes=0-4' } });
  assert.equal(ignored.status, 200);
  assert.equal(ignored.text, 'hello world');
  for (const accepted of ['gzip', 'deflate, gzip;q=0.5', 'GZIP']) {
    const raw = await send('GET', media('z'), { headers: { 'accept-encoding': accepted } });
    assert.equal(raw.headers['Content-Encoding'], 'gzip');
    assert.equal(raw.headers['Content-Length'], String(packed.length));
  }
  for (const other of ['identity', 'gzip;q=0', 'deflate']) {
    const response = await send('GET', media('z'), { headers: { 'accept-encoding': other } });
    assert.equal(response.headers['Content-Encoding'], undefined, other);
  }
  const part = await send('GET', media('z'), {
    headers: { 'accept-encoding': 'gzip', range: 'bytes=0-1' },
  });
  assert.equal(part.status, 206);
});

test('HEAD has the headers of GET (storage notes 6.1)', async () => {
  const { send, upload } = await openStorage();
  await upload('a');
  const got = await send('GET', media('a'));
  const head = await send('HEAD', media('a'));
  const { 'X-GUploader-UploadID': _, ...expected } = got.headers;
  const { 'X-GUploader-UploadID': __, ...found } = head.headers;
  assert.deepEqual(found, expected);
  assert.equal((await send('HEAD', media('none'))).status, 404);
});

test('a download that meets a replacement answers with the one or the other, whole', async () => {
  const { send, upload } = await openStorage();
  await upload('a', 'old');
  const answers = await Promise.all([
    send('GET', media('a')),
    upload('a', 'newer'),
    send('GET', media('a')),
    upload('a', 'newest'),
    send('GET', media('a')),
  ]);
  for (const response of [answers[0], answers[2], answers[4]]) {
    assert.equal(response.status, 200);
    assert.equal(response.headers['Content-Length'], String(response.text.length));
    assert.ok(['old', 'newer', 'newest'].includes(response.text), response.text);
  }
});
