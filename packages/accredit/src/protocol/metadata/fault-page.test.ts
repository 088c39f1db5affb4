import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderFault } from './fault-page.ts';

for (const [status, heading] of [
  [503, '503 Service Unavailable'],
  [429, '429 Too Many Requests'],
  [418, '418 Error'],
] as const) {
  test(`the page of a fault says its status, ${status}, and that it was asked for`, () => {
    const page = renderFault(status);
    assert.match(page, new RegExp(`<h1>${heading}</h1>`));
    assert.match(page, /This error was asked for/);
  });
}
