import { findPlaces } from '../../config/find.ts';
import type { CliContext, CommandModule } from '../context.ts';
import { CliError, usageError } from '../errors.ts';
import { examples, type Format, formatOption, paragraphs, printDone } from '../output.ts';

interface CheckOptions {
  readonly config?: string;
  readonly format: Format;
}

const DESCRIPTION = paragraphs(
  'Read a configuration file, and say what is wrong with it. Nothing is changed.',
  'The files that it names are looked at too: contents of objects, certificates and their keys.',
);

/** `accredit config check` */
export const configCheck: CommandModule = (parent, context) => {
  parent
    .command('check')
    .argument('[file]', 'default: ACCREDIT_CONFIG, else the nearest accredit.yaml upwards')
    .description(DESCRIPTION)
    .summary('read a configuration file')
    .option('--config <file>', 'the same, as other commands have it')
    .addOption(formatOption(context))
    .addHelpText('after', examples('accredit config check', 'accredit config check deploy/accredit.yaml'))
    .action((file: string | undefined, { config, format }: CheckOptions) => {
      if (file !== undefined && config !== undefined)
        throw usageError('Say the file once: as the argument, or with --config.');
      return checkFile(context, file ?? config, format);
    });
};

async function checkFile(context: CliContext, file: string | undefined, format: Format): Promise<void> {
  const { configurationFile } = findPlaces(context, { config: file });
  if (configurationFile === undefined)
    throw new CliError(`There is no accredit.yaml in '${context.cwd}' or above. Name a file.`);
  const name = file ?? configurationFile;
  if (!context.exists(configurationFile)) throw new CliError(`There is no file '${name}'.`);
  const { readConfigurationFile } = await import('../../config/read.ts');
  const { checkFiles } = await import('../../config/check-files.ts');
  const { ConfigurationError } = await import('../../config/problems.ts');
  const configuration = readConfigurationFile(configurationFile, name);
  const problems = checkFiles(configuration);
  if (problems.length > 0) throw new ConfigurationError(problems);
  const { projects } = configuration;
  const declared = projects.length === 1 ? '1 project' : `${projects.length} projects`;
  const projectIds = projects.map(({ projectId }) => projectId);
  const value = { file: configurationFile, projects: projectIds };
  printDone(context.out, format, `${name} is good: it declares ${declared}.`, value);
}
