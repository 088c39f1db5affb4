#!/usr/bin/env node
// The `accredit` command. Plain JavaScript that any Node since 12.17 can read, so that an old one is told what is
// needed rather than shown a syntax error.
import { existsSync } from 'fs';

/** The oldest Node that has `node:sqlite` without a flag, and strips types for a checkout. */
var OLDEST_NODE = [22, 18];

var parts = process.versions.node.split('.').map(Number);
var isTooOld = parts[0] < OLDEST_NODE[0] || (parts[0] === OLDEST_NODE[0] && parts[1] < OLDEST_NODE[1]);

if (isTooOld) {
  process.stderr.write(
    'accredit needs Node ' +
      OLDEST_NODE.join('.') +
      ' or newer, and this is ' +
      process.versions.node +
      '.\n',
  );
  process.exitCode = 1;
} else {
  // What Node says about its own experimental parts is nothing to the user of a command.
  var emitWarning = process.emitWarning;
  process.emitWarning = function (warning, type) {
    if (type === 'ExperimentalWarning' || (type && type.type === 'ExperimentalWarning')) return;
    emitWarning.apply(process, arguments);
  };
  var source = new URL('../src/cli/main.ts', import.meta.url);
  // Only a checkout has the source; what was built there may be older than it.
  void import(existsSync(source) ? source.href : new URL('../dist/cli/main.js', import.meta.url).href);
}
