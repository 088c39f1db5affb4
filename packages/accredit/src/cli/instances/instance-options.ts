import type { Command } from 'commander';
import { addPlaceOptions, type PlaceOptions, type Session } from '../connect.ts';
import type { CliContext } from '../context.ts';
import { type Format, formatOption } from '../output.ts';
import { projectOf } from '../projects.ts';
import { zoneOf } from './instance-calls.ts';

/** The options that say where an instance is. */
export interface WhereOptions {
  readonly project?: string;
  readonly zone?: string;
}

/** The options of a command about one instance. */
export interface InstanceOptions extends PlaceOptions, WhereOptions {
  readonly format: Format;
}

/** An instance of a running cloud. */
export interface InstancePlace {
  readonly projectId: string;
  readonly zone: string;
  readonly name: string;
}

/** Adds the options that say where an instance is. */
export function addWhereOptions(command: Command): Command {
  return command
    .option('--project <id>', 'default: the project of the cloud (ACCREDIT_PROJECT)')
    .option('--zone <zone>', 'needed where instances of several zones have this name');
}

/** Adds `NAME`, the options that say which instance is meant, and `--format`. */
export function addInstanceOptions(command: Command, context: CliContext): Command {
  return addWhereOptions(addPlaceOptions(command.argument('<name>'))).addOption(formatOption(context));
}

/**
 * Finds the instance that a command means.
 *
 * @throws {CliError} where no zone is said, and no instance of the project has that name, or several have
 */
export async function locateInstance(
  context: CliContext,
  session: Session,
  name: string,
  { project, zone }: WhereOptions,
): Promise<InstancePlace> {
  const projectId = projectOf(context, session, project);
  return { projectId, zone: await zoneOf(session, projectId, name, zone), name };
}
