import { findPlaces } from '../../config/find.ts';
import type { CommandModule } from '../context.ts';
import { CliError } from '../errors.ts';
import { examples, type Format, formatOption, printDone } from '../output.ts';

/** `accredit config check` */
export const configCheck: CommandModule = (parent, context) => {
  parent
    .command('check')
    .argument('[file]', 'default: ACCREDIT_CONFIG, else the nearest accredit.yaml upwards')
    .description('Read a configuration file, and say what is wrong with it. Nothing is changed.')
    .summary('read a configuration file')
    .addOption(formatOption(context))
    .addHelpText('after', examples('accredit config check', 'accredit config check deploy/accredit.yaml'))
    .action(async (file: string | undefined, { format }: { readonly format: Format }) => {
      const { configurationFile } = findPlaces(context, { config: file });
      if (configurationFile === undefined) {
        throw new CliError(`There is no accredit.yaml in '${context.cwd}' or above. Name a file.`);
      }
      if (!context.exists(configurationFile)) {
        throw new CliError(`There is no file '${file ?? configurationFile}'.`);
      }
      const { readConfigurationFile } = await import('../../config/read.ts');
      const { projects } = readConfigurationFile(configurationFile, file ?? configurationFile);
      const declared = projects.length === 1 ? '1 project' : `${projects.length} projects`;
      const sentence = `${file ?? configurationFile} is good: it declares ${declared}.`;
      const projectIds = projects.map(({ projectId }) => projectId);
      printDone(context.out, format, sentence, { file: configurationFile, projects: projectIds });
    });
};
