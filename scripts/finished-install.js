// Tells whether npm has installed what package-lock.json names, and to the end: plain JavaScript for Node 20, no
// dependencies, as enter.js that asks.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Says whether `npm ci` or `npm install` has brought all that the lock file of a directory names.
 *
 * npm writes `node_modules/.package-lock.json` last, and `npm ci` takes it away first: where there is none, an
 * installation was interrupted. One that `npm install` began on top of another leaves packages that are missing, or
 * newer than that file, by which npm itself tells that it does not hold.
 *
 * @param {string} root - with `package-lock.json` and `node_modules`
 * @param {string} platform - as `process.platform`
 * @param {string} arch - as `process.arch`
 * @see https://docs.npmjs.com/cli/configuring-npm/package-lock-json#hidden-lockfiles
 */
export function isInstallFinished(root, platform, arch) {
  const hidden = join(root, 'node_modules', '.package-lock.json');
  const installed = readPackages(hidden);
  const wanted = readPackages(join(root, 'package-lock.json'));
  if (installed === undefined || wanted === undefined) return false;
  const writtenMs = statSync(hidden).mtimeMs;
  return (
    Object.entries(wanted).every(
      ([place, entry]) =>
        place === '' || Object.hasOwn(installed, place) || mayBeMissing(entry, platform, arch),
    ) &&
    Object.entries(installed).every(
      ([place, entry]) =>
        Object.hasOwn(wanted, place) &&
        isSame(entry, wanted[place]) &&
        isFor(entry, platform, arch) &&
        isWhole(join(root, place), entry, writtenMs),
    )
  );
}

/** Returns the packages of a lock file by their places; `undefined` where it is not there, or is none. */
function readPackages(file) {
  try {
    const { packages } = JSON.parse(readFileSync(file, 'utf8'));
    return typeof packages === 'object' && packages !== null ? packages : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Says whether npm leaves a package out: one for other machines, or for another C library, which is not known here, and
 * what nothing but such packages need, which names no machine.
 */
function mayBeMissing(entry, platform, arch) {
  if (entry.optional !== true) return false;
  const namesMachine = entry.os !== undefined || entry.cpu !== undefined;
  return !namesMachine || entry.libc !== undefined || !isFor(entry, platform, arch);
}

function isSame(one, other) {
  return one.version === other.version && one.integrity === other.integrity && one.link === other.link;
}

function isFor({ os, cpu }, platform, arch) {
  return includes(os, platform) && includes(cpu, arch);
}

/** @param {string | readonly string[] | undefined} names - `linux`, or `!win32` for all others; absent: every one */
function includes(names, name) {
  const list = names === undefined ? [] : [names].flat();
  if (list.includes(`!${name}`)) return false;
  const named = list.filter((one) => !one.startsWith('!'));
  return named.length === 0 || named.includes(name) || named.includes('any');
}

/** Packages of the workspace stand in the repository and change there: neither they nor links to them are looked at. */
function isWhole(directory, { link }, writtenMs) {
  if (link === true || !directory.includes('node_modules')) return true;
  return existsSync(join(directory, 'package.json')) && statSync(directory).mtimeMs <= writtenMs;
}
