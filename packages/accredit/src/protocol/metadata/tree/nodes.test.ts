import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directory, indexDirectory, list, mapDirectory, number, text } from './nodes.ts';
import { renderJson, renderListing, renderTextDump } from './render.ts';

const leaf = text('v');

test('a directory sorts its keys and writes them in camelCase in JSON (metadata notes 5.4.2, 6.3)', () => {
  const node = directory({
    zone: leaf,
    'ip-aliases': directory({}),
    ip: number('7'),
    'forwarded-ipv6s': list(['a', 'b']),
  });
  assert.equal(renderListing(node), 'forwarded-ipv6s\nip\nip-aliases/\nzone\n');
  assert.equal(renderJson(node), '{"forwardedIpv6s":["a","b"],"ip":7,"ipAliases":{},"zone":"v"}');
  assert.equal(renderTextDump(node), 'forwarded-ipv6s a\nforwarded-ipv6s b\nip 7\nzone v\n');
});

test('an unlisted child has a route and nothing else (metadata notes 8.4)', () => {
  const node = directory({ b: leaf }, { a: leaf });
  assert.equal(node.children.get('a'), leaf);
  assert.equal(renderListing(node), 'b\n');
  assert.equal(renderJson(node), '{"b":"v"}');
});

test('a map directory sorts its keys, keeps them verbatim, and the last of two equal ones counts (metadata notes 6.3)', () => {
  const node = mapDirectory([
    ['user-data', leaf],
    ['Foo-bar', text('first')],
    ['__proto__', leaf],
    ['Foo-bar', text('last')],
  ]);
  assert.equal(renderListing(node), 'Foo-bar\n__proto__\nuser-data\n');
  assert.equal(renderJson(node), '{"Foo-bar":"last","__proto__":"v","user-data":"v"}');
});

test('an index directory is an array in JSON (metadata notes 6.3)', () => {
  assert.equal(renderJson(indexDirectory([leaf, directory({ id: leaf })])), '["v",{"id":"v"}]');
  assert.equal(renderListing(indexDirectory([leaf, directory({ id: leaf })])), '0\n1/\n');
  assert.equal(renderJson(indexDirectory([])), '[]');
});

test('a text is one JSON string, whatever it holds (metadata notes 6.3)', () => {
  assert.equal(renderJson(text('a"b\\c\n\u0000</script>\u2028é')), '"a\\"b\\\\c\\n\\u0000</script>\u2028é"');
});

for (const literal of ['0', '-1', '18446744073709551615']) {
  test(`the number ${literal} keeps its digits (metadata notes 6.3, check 89)`, () => {
    assert.equal(renderJson(number(literal)), literal);
  });
}
