/** What the tests of certificates stand on: a directory of their own, a fixed time, a log that is kept. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Log, LogFields, Random } from '../../kernel/ports.ts';
import { type CertificatePorts, openCertificateAuthority } from '../certificates.ts';
import type { CertificateWithKey } from './issue.ts';
import { makeServerCertificate } from './issue.ts';
import { type Authority, judgeAuthority } from './judge.ts';
import { nameFiles, readPair } from './stored-files.ts';

/** A directory that is gone after the test. */
export function makeDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'accredit-certificates-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Bytes that look random and are the same in every run. */
export function seededRandom(): Random {
  let count = 0;
  return {
    bytes(length) {
      count += 1;
      return createHash('shake256', { outputLength: length }).update(String(count)).digest();
    },
  };
}

export interface LogLine {
  readonly level: keyof Log;
  readonly fields: LogFields;
  readonly message: string;
}

export interface TestPorts extends CertificatePorts {
  readonly lines: LogLine[];
  /** Real time as the authority sees it, Unix milliseconds. */
  nowMs: number;
}

/** @param nowMs - where the clock stands until the test moves it */
export function makePorts(nowMs: number): TestPorts {
  const lines: LogLine[] = [];
  const keep = (level: keyof Log) => (fields: LogFields, message: string) => {
    lines.push({ level, fields, message });
  };
  const log = { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
  const ports: TestPorts = { lines, nowMs, clock: { now: () => ports.nowMs }, random: seededRandom(), log };
  return ports;
}

/** An authority made now, and certificates that it signs without asking which names it may. */
export function makeLiveAuthority(t: TestContext) {
  const directory = makeDirectory(t);
  const ports = makePorts(Date.now());
  const authority = openCertificateAuthority(directory, ports);
  const { signer } = readAuthority(directory, ports.nowMs);
  return {
    ...authority,
    directory,
    sign: (dnsNames: readonly string[], addresses: readonly string[] = []): CertificateWithKey =>
      makeServerCertificate(signer, ports.nowMs, ports.random, dnsNames, addresses),
  };
}

function readAuthority(directory: string, nowMs: number): Authority {
  const stored = readPair(nameFiles(directory, 'ca'));
  if (stored.kind !== 'pair') throw new Error('The authority is not stored.');
  const verdict = judgeAuthority(stored.pair, nowMs);
  if (verdict.kind !== 'usable') throw new Error(`The authority cannot serve: ${verdict.reason}.`);
  return verdict.value;
}

export interface ToolResult {
  /** Exit status; -1 where a signal ended it. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program with nothing in its environment but the path and what the test gives. */
export function runTool(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const options = { env: { PATH: process.env.PATH ?? '', ...env }, timeout: 30_000 };
    execFile(command, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'string') return reject(error);
      resolve({ status: code ?? -1, stdout, stderr });
    });
  });
}

/** False where a program runs, else the line that a skipped test shows. */
export async function skipWithout(command: string, ...probe: readonly string[]): Promise<string | false> {
  const works = await runTool(command, probe).then(
    ({ status }) => status === 0,
    () => false,
  );
  return works ? false : `'${[command, ...probe].join(' ')}' does not work here`;
}
