import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Option } from 'commander';
import { CONTROL_HOST } from '../../apis/control/host.ts';
import { object, string } from '../../kernel/decode.ts';
import { shellWord } from '../../kernel/shell-word.ts';
import { isCleared } from '../../workload/environment/cleared-variables.ts';
import { renderEndpointVariables } from '../../workload/environment/endpoint-variables.ts';
import { renderMetadataVariables } from '../../workload/environment/metadata-variables.ts';
import { addPlaceOptions, type PlaceOptions, withCloud } from '../connect.ts';
import type { CommandModule } from '../context.ts';
import { addWhereOptions, locateInstance, type WhereOptions } from '../instances/instance-options.ts';
import { examples, paragraphs, printJson } from '../output.ts';

interface EnvOptions extends PlaceOptions, WhereOptions {
  readonly instance: string;
  readonly format: 'shell' | 'json';
}

const DESCRIPTION = paragraphs(
  'Print the environment of a program that you start yourself, so that it runs as an instance.',
  "It serves gcloud and what reads the metadata server's variables; other programs need accredit run. Variables that " +
    'hold credentials of your own are unset, but files with them stay where programs may find them.',
);

const readPlaces = object({ metadataAddress: string, apiUrl: string }, 'ignore');

/** `accredit env` */
export const env: CommandModule = (parent, context) => {
  const command = addPlaceOptions(parent.command('env')).requiredOption('--instance <name>', 'the instance');
  addWhereOptions(command)
    .description(DESCRIPTION)
    .addOption(
      new Option('--format <form>', 'lines for a shell, or json').choices(['shell', 'json']).default('shell'),
    )
    .addHelpText('after', examples('eval "$(accredit env --instance vm-1)" && gcloud storage ls'))
    .action((options: EnvOptions) =>
      withCloud(context, options, async (session) => {
        const { instance } = options;
        const { projectId, zone } = await locateInstance(context, session, instance, options);
        const answer = await session.owner.call({
          method: 'POST',
          host: CONTROL_HOST,
          path: '/v1/metadataServers:listen',
          body: { project: projectId, zone, instance },
        });
        const { metadataAddress, apiUrl } = readPlaces(answer, '');
        const set = {
          ...renderMetadataVariables(metadataAddress),
          ...renderEndpointVariables(apiUrl),
          // gcloud keeps there what it learns of its VM, and whom it logged in: the user's own stays out of it.
          CLOUDSDK_CONFIG: makeGcloudDirectory(session.status.dataDirectory, [projectId, zone, instance]),
        };
        const unset = Object.keys(context.env).filter(
          (name) => isCleared(name) && !Object.hasOwn(set, name) && /^\w+$/.test(name),
        );
        if (options.format === 'json') printJson(context.out, { set, unset });
        else context.out.write(toShellLines(set, unset));
      }),
    );
};

function makeGcloudDirectory(dataDirectory: string, instance: readonly string[]): string {
  const directory = join(dataDirectory, 'gcloud', instance.join('_'));
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return directory;
}

function toShellLines(set: Readonly<Record<string, string>>, unset: readonly string[]): string {
  return [
    ...unset.map((name) => `unset ${name}\n`),
    ...Object.entries(set).map(([name, value]) => `export ${name}=${shellWord(value)}\n`),
  ].join('');
}
