import { shellWord } from '../../kernel/shell-word.ts';
import { hclString } from '../../protocol/iam/remedies/hcl.ts';
import { shortenScope } from '../instances/scopes.ts';
import type { ExplainedScopes, FoundRemedies } from './refusals.ts';
import type { RemedySection, Way } from './remedy-section.ts';

type Instance = NonNullable<FoundRemedies['instance']>;

/** Says how the scope gate is opened; scopes belong to the instance, so it is given them. */
export function scopeSections(
  { scopes }: { readonly scopes: ExplainedScopes },
  { scopes: accepted, instance }: FoundRemedies,
  data: string,
): readonly RemedySection[] {
  if (scopes.outcome !== 'insufficient') return [];
  const [scope] = accepted;
  if (scope === undefined) return [{ heading: 'No scope opens this method.', ways: [] }];
  const had = instance?.scopes.find((each) => accepted.includes(each));
  if (instance !== undefined && had !== undefined) {
    const heading = `${instance.name} has ${shortenScope(had)} by now: its next token opens the access scopes.`;
    return [{ heading, ways: [] }];
  }
  const [narrowest = scope, ...others] = accepted.map(shortenScope);
  const also = others.length === 0 ? '' : ` (${others.join(', ')} would do too)`;
  const whom = instance === undefined ? 'the VM' : nameIn(instance);
  const way = instance === undefined ? newInstanceWay(scope, data) : instanceWay(instance, scope, data);
  return [{ heading: `To open the access scopes, give ${whom} ${narrowest}${also}:`, ways: [way] }];
}

/** For a program that has no instance of its own, or whose instance is gone. */
function newInstanceWay(scope: string, data: string): Way {
  const name = shellWord(shortenScope(scope));
  return {
    ours: [
      `accredit run${data} --scopes ${name} -- COMMAND`,
      `accredit instances create${data} NAME --service-account ACCOUNT --scopes ${name}`,
    ],
    gcloud: [`gcloud compute instances create NAME --service-account=ACCOUNT --scopes=${name}`],
    terraform: [
      `# In the service_account block of the google_compute_instance:\n# scopes = [${hclString(scope)}]\n`,
    ],
  };
}

/** The account of an instance changes with its scopes, and while it is stopped (compute notes 5.8). */
function instanceWay(instance: Instance, scope: string, data: string): Way {
  const { name, serviceAccount, scopes } = instance;
  const [, project = '', , zone = '', , id = ''] = name.split('/').map(shellWord);
  const wanted = [...scopes, scope];
  const names = shellWord(wanted.map(shortenScope).join(','));
  const account = shellWord(serviceAccount);
  const own = (verb: string, more = '') =>
    `accredit instances ${verb}${data} ${id} --zone ${zone} --project ${project}${more}`;
  const gcloud = (verb: string, more = '') =>
    `gcloud compute instances ${verb} ${id} --zone=${zone} --project=${project}${more}`;
  return {
    ours: [
      own('stop'),
      own('set-service-account', ` --service-account ${account} --scopes ${names}`),
      own('start'),
    ],
    gcloud: [
      gcloud('stop'),
      gcloud('set-service-account', ` --service-account=${account} --scopes=${names}`),
      gcloud('start'),
    ],
    terraform: [
      `# In the google_compute_instance ${hclString(nameIn(instance))}, which is stopped for it:\n# allow_stopping_for_update = true\n# In its service_account block:\n# scopes = [${wanted.map(hclString).join(', ')}]\n`,
    ],
  };
}

function nameIn({ name }: Instance): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
