// Prints what a URL answers, for machines without curl: node request.js METHOD URL ["Name: value" …]
import process from 'node:process';

const [method, url, ...headers] = process.argv.slice(2);
if (url === undefined) throw new Error('Say what to ask: node request.js METHOD URL ["Name: value" …]');

const pairs = headers.map((header) => {
  const [, name = '', value = ''] = /^([^:]+):(.*)$/.exec(header) ?? [];
  return [name, value.trim()];
});
const response = await fetch(url, { method, headers: pairs });

process.stdout.write(await response.text());
