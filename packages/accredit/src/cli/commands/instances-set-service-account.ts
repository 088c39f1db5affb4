import { withWritableCloud } from '../connect.ts';
import type { CliContext, CommandModule } from '../context.ts';
import { usageError } from '../errors.ts';
import { COMPUTE_HOST, readInstance, waitForOperation } from '../instances/instance-calls.ts';
import { addInstanceOptions, type InstanceOptions, locateInstance } from '../instances/instance-options.ts';
import { expandScopes } from '../instances/scopes.ts';
import { commaList, examples, paragraphs, printDone } from '../output.ts';
import { path } from '../owner-client.ts';
import { accountEmail } from '../projects.ts';

interface SetServiceAccountOptions extends InstanceOptions {
  readonly serviceAccount?: string;
  readonly scopes?: readonly string[];
}

const DESCRIPTION = paragraphs(
  'Change the service account of an instance, or the scopes of its tokens.',
  'What is not named stays as it is. The instance must be stopped, as at Google.',
);

/** `accredit instances set-service-account` */
export const instancesSetServiceAccount: CommandModule = (parent, context) => {
  addInstanceOptions(parent.command('set-service-account'), context)
    .description(DESCRIPTION)
    .summary('change the account of a stopped instance, or its scopes')
    .option('--service-account <account>', 'e-mail address, or the part of it before the @')
    .option(
      '--scopes <scopes>',
      "all that it has from now on, comma-separated: URLs or gcloud's short names",
      commaList,
    )
    .addHelpText(
      'after',
      examples(
        'accredit instances stop vm-1',
        'accredit instances set-service-account vm-1 --scopes storage-ro,compute-ro',
        'accredit instances start vm-1',
      ),
    )
    .action((name: string, options: SetServiceAccountOptions) => setServiceAccount(context, name, options));
};

function setServiceAccount(
  context: CliContext,
  name: string,
  options: SetServiceAccountOptions,
): Promise<void> {
  if (options.serviceAccount === undefined && options.scopes === undefined) {
    throw usageError('Say what changes: --service-account, --scopes, or both.');
  }
  const given = options.scopes === undefined ? undefined : expandScopes(options.scopes);
  return withWritableCloud(context, options, async (session) => {
    const { owner } = session;
    const { projectId, zone } = await locateInstance(context, session, name, options);
    const place = path`/compute/v1/projects/${projectId}/zones/${zone}/instances/${name}`;
    const found = await owner.call({ method: 'GET', host: COMPUTE_HOST, path: place });
    const [had] = readInstance(found, '').serviceAccounts;
    const email =
      options.serviceAccount === undefined
        ? had?.email
        : accountEmail(context, session, options.serviceAccount, options.project);
    if (email === undefined) {
      throw usageError(`Instance '${name}' has no service account: say which with --service-account.`);
    }
    const scopes = given ?? had?.scopes ?? expandScopes(['cloud-platform']);
    const request = { method: 'POST', host: COMPUTE_HOST, path: `${place}/setServiceAccount` } as const;
    await waitForOperation(owner, projectId, zone, await owner.call({ ...request, body: { email, scopes } }));
    const sentence = `Instance '${name}' in ${zone} has ${email}.`;
    printDone(context.out, options.format, sentence, {
      projectId,
      zone,
      name,
      serviceAccount: email,
      scopes,
    });
  });
}
