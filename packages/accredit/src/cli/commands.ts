import type { CommandModule, LazyCommand } from './context.ts';

/**
 * Every command, in the order of the help. Only the one that is named is loaded: a command that prints one line should
 * not wait for the code of the others.
 */
export const COMMANDS: readonly LazyCommand[] = [
  command('run', 'run a program as a VM', async () => (await import('./commands/run.ts')).run),
  command('up', 'start a cloud', async () => (await import('./commands/up.ts')).up),
  command('down', 'stop a cloud', async () => (await import('./commands/down.ts')).down),
  command('status', 'show the running cloud', async () => (await import('./commands/status.ts')).status),
  command(
    'why',
    'say why a call was refused, or whether it would be',
    async () => (await import('./commands/why.ts')).why,
  ),
  command('logs', 'show what was called', async () => (await import('./commands/logs.ts')).logs),
  command(
    'recommend',
    'say which roles a program needs',
    async () => (await import('./commands/recommend.ts')).recommend,
  ),
  command('instances', 'virtual machines', async () => (await import('./commands/instances.ts')).instances),
  command(
    'service-accounts',
    'service accounts and their keys',
    async () => (await import('./commands/service-accounts.ts')).serviceAccounts,
  ),
  command('buckets', 'buckets of Cloud Storage', async () => (await import('./commands/buckets.ts')).buckets),
  command('iam', 'roles: give, take away, show', async () => (await import('./commands/iam.ts')).iam),
  command('roles', 'roles and what they hold', async () => (await import('./commands/roles.ts')).roles),
  command(
    'groups',
    'groups that policies name, and who is in them',
    async () => (await import('./commands/groups.ts')).groups,
  ),
  command(
    'token',
    'print an access token of a service account',
    async () => (await import('./commands/token.ts')).token,
  ),
  command(
    'env',
    'print the environment of a program that runs as an instance',
    async () => (await import('./commands/env.ts')).env,
  ),
  command(
    'faults',
    'inject faults into metadata servers',
    async () => (await import('./commands/faults.ts')).faults,
  ),
  command(
    'clock',
    "the cloud's time: show it, move it forward",
    async () => (await import('./commands/clock.ts')).clock,
  ),
  command(
    'conformance',
    'check a metadata server against the real one',
    async () => (await import('./commands/conformance.ts')).conformance,
  ),
  command('config', 'the configuration file', async () => (await import('./commands/config.ts')).config),
];

function command(name: string, summary: string, load: () => Promise<CommandModule>): LazyCommand {
  return { name, summary, load };
}
