import { Command, CommanderError } from 'commander';
import type { CliContext, LazyCommand } from './context.ts';
import { CutShort, SUCCESS, USAGE } from './errors.ts';
import { painter, refuseOtherForm } from './output.ts';

const DESCRIPTION =
  'A local Google Cloud for programs that run as a VM: metadata server, tokens, IAM, Cloud Storage and Compute ' +
  'Engine. Not affiliated with Google.';

const EPILOGUE = `
A cloud lives in a data directory: --data, else ACCREDIT_DATA, else .accredit/
beside the nearest accredit.yaml upwards, else the user's state directory.
Settings: the flag, else the ACCREDIT_* variable, else accredit.yaml, else the
default. ACCREDIT_FORMAT is the --format of every command; one that does not
have that form refuses it.

Exit status: 0 done, 1 could not be done, 2 wrong command line.

Start here:
  $ accredit run -- gcloud storage ls
  $ accredit why
`;

/**
 * Runs one command line.
 *
 * @param args - what stands after the program's name
 * @returns the exit status
 */
export async function runCli(
  commands: readonly LazyCommand[],
  args: readonly string[],
  context: CliContext,
): Promise<number> {
  const program = createProgram(context);
  try {
    for (const { name, summary, load } of commands) {
      if (args.includes(name)) (await load())(program, context);
      else program.command(name);
      program.commands.at(-1)?.summary(summary);
    }
    nameHelp(program, program.name());
    program.hook('preAction', (_, command) => refuseOtherForm(command));
    await program.parseAsync(args, { from: 'user' });
    return SUCCESS;
  } catch (error) {
    return error instanceof CommanderError ? statusOf(error) : report(error, context);
  }
}

function createProgram(context: CliContext): Command {
  return new Command('accredit')
    .description(DESCRIPTION)
    .usage('<command> [options]')
    .version(`accredit ${context.version}`, '--version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help of a command')
    .addHelpText('after', EPILOGUE)
    .configureHelp({ subcommandTerm: termOf })
    .configureOutput({
      writeOut: (text) => context.out.write(text),
      writeErr: (text) => context.err.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'accredit: ')),
    })
    .exitOverride();
}

/** A wrong command line is told which help to read. */
function nameHelp(command: Command, name: string): void {
  command.showHelpAfterError(`See '${name} --help'.`);
  for (const child of command.commands) nameHelp(child, `${name} ${child.name()}`);
}

/** `create <name>`: every command has options, so none needs to say it. */
function termOf(command: Command): string {
  const values = command.registeredArguments.map((value) =>
    value.required ? ` <${value.name()}>` : ` [${value.name()}]`,
  );
  return command.name() + values.join('');
}

/** Help and version are what was asked for; everything else that commander ends with is a wrong command line. */
function statusOf({ exitCode }: CommanderError): number {
  return exitCode === 0 ? SUCCESS : USAGE;
}

async function report(error: unknown, context: CliContext): Promise<number> {
  const { toCliError } = await import('./known-errors.ts');
  const { message, status } = toCliError(error);
  context.reportStart({ outcome: 'failed', why: message });
  context.err.write(`${painter(context.err, context.env)('red', 'accredit:')} ${message}\n`);
  if (error instanceof CutShort) context.exit(status);
  return status;
}
