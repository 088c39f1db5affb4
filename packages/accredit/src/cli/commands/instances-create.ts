import { Option } from 'commander';
import { CONTROL_HOST } from '../../apis/control/host.ts';
import { PROFILE_NAMES, type ProfileName } from '../../protocol/metadata/settings.ts';
import { configure } from '../configured.ts';
import { addPlaceOptions, type PlaceOptions, type Session, withWritableCloud } from '../connect.ts';
import type { CliContext, CommandModule } from '../context.ts';
import { usageError } from '../errors.ts';
import { hintAtAccount } from '../iam/account-calls.ts';
import { COMPUTE_HOST, waitForOperation } from '../instances/instance-calls.ts';
import { expandScopes } from '../instances/scopes.ts';
import {
  commaList,
  examples,
  type Format,
  formatOption,
  keyValue,
  paragraphs,
  printDone,
} from '../output.ts';
import { path } from '../owner-client.ts';
import { accountEmail, projectOf } from '../projects.ts';

/** The image of a new instance's disk; gcloud's own default. */
const SOURCE_IMAGE = 'projects/debian-cloud/global/images/family/debian-12';

const DEFAULT_MACHINE_TYPE = 'e2-medium';

/** How Compute Engine calls the project's own account. */
const DEFAULT_ACCOUNT = 'default';

const DEFAULT_SCOPES = ['cloud-platform'];

interface CreateOptions extends PlaceOptions {
  readonly format: Format;
  readonly project?: string;
  readonly zone?: string;
  readonly machineType: string;
  readonly serviceAccount?: string;
  readonly scopes?: readonly string[];
  readonly metadata?: Readonly<Record<string, string>>;
  readonly spot?: boolean;
  readonly metadataProfile?: ProfileName;
}

const DESCRIPTION = paragraphs(
  'Create an instance.',
  'It has the service account that is named, or none; its tokens carry the scopes that are named, or cloud-platform.',
);

/** `accredit instances create` */
export const instancesCreate: CommandModule = (parent, context) => {
  addPlaceOptions(parent.command('create').argument('<name>'))
    .description(DESCRIPTION)
    .summary('create an instance')
    .option('--project <id>', 'default: the project of the cloud (ACCREDIT_PROJECT)')
    .option('--zone <zone>', 'default: us-central1-a (ACCREDIT_ZONE)')
    .option('--machine-type <type>', 'short name', DEFAULT_MACHINE_TYPE)
    .option('--service-account <account>', 'e-mail address, or the part of it before the @')
    .option('--scopes <scopes>', "comma-separated: URLs or gcloud's short names", commaList)
    .option('--metadata <key=value>', 'metadata of the instance; repeatable', keyValue)
    .option('--spot', 'a Spot VM, which can be preempted')
    .addOption(
      new Option('--metadata-profile <profile>', 'whose metadata server it has (default: gce)').choices(
        PROFILE_NAMES,
      ),
    )
    .addOption(formatOption(context))
    .addHelpText(
      'after',
      examples(
        'accredit instances create vm-1',
        'accredit instances create vm-2 --service-account reader \\\n      --scopes storage-ro --metadata role=batch',
      ),
    )
    .action((name: string, options: CreateOptions) =>
      withWritableCloud(context, options, (session) => createInstance(context, session, name, options)),
    );
};

async function createInstance(
  context: CliContext,
  session: Session,
  name: string,
  options: CreateOptions,
): Promise<void> {
  if (options.scopes !== undefined && options.serviceAccount === undefined) {
    throw usageError('Scopes are those of a service account: say --service-account too.');
  }
  const { settings } = await configure(context, options, { defaultZone: options.zone });
  const projectId = projectOf(context, session, options.project);
  const zone = settings.defaultZone;
  const email = emailOf(context, session, options);
  const request = {
    method: 'POST' as const,
    host: COMPUTE_HOST,
    path: path`/compute/v1/projects/${projectId}/zones/${zone}/instances`,
    body: toResource(zone, name, email, options),
  };
  try {
    await waitForOperation(session.owner, projectId, zone, await session.owner.call(request));
  } catch (error) {
    throw email === undefined ? error : await hintAtAccount(error, session.owner, projectId, email);
  }
  await setProfile(session, path`/v1/projects/${projectId}/zones/${zone}/instances/${name}`, options);
  printDone(context.out, options.format, `Instance '${name}' is in ${zone}.`, { projectId, zone, name });
}

/** Compute Engine's own resource has no place for it. Nobody has asked the metadata server yet. */
async function setProfile(
  { owner }: Session,
  place: string,
  { metadataProfile: profile }: CreateOptions,
): Promise<void> {
  if (profile === undefined) return;
  const request = { method: 'POST', host: CONTROL_HOST, path: `${place}:setMetadataProfile` } as const;
  await owner.call({ ...request, body: { profile } });
}

/** @returns an e-mail address, or `default`; `undefined` for no account */
function emailOf(
  context: CliContext,
  session: Session,
  { serviceAccount, project }: CreateOptions,
): string | undefined {
  if (serviceAccount === undefined || serviceAccount === DEFAULT_ACCOUNT) return serviceAccount;
  return accountEmail(context, session, serviceAccount, project);
}

function toResource(
  zone: string,
  name: string,
  email: string | undefined,
  { machineType, scopes, metadata = {}, spot }: CreateOptions,
): object {
  return {
    name,
    machineType: `zones/${zone}/machineTypes/${machineType}`,
    disks: [{ boot: true, autoDelete: true, initializeParams: { sourceImage: SOURCE_IMAGE } }],
    networkInterfaces: [{ network: 'global/networks/default' }],
    metadata: { items: Object.entries(metadata).map(([key, value]) => ({ key, value })) },
    serviceAccounts: email === undefined ? [] : [{ email, scopes: expandScopes(scopes ?? DEFAULT_SCOPES) }],
    ...(spot === true ? { scheduling: { provisioningModel: 'SPOT' } } : {}),
  };
}
