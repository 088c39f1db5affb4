/** The documented workloads as commands that a person types, for what there is on this machine. */
import { shellWord } from '../../packages/accredit/src/kernel/shell-word.ts';
import type { Machine } from './machine.ts';

/** One command of a step. */
export interface TourCommand {
  /** As a person types it, in a shell in examples/. */
  readonly line: string;
  /** The shell variable that the line sets; later lines see it. Its value is not shown. */
  readonly sets?: string;
  /** What its output must hold; of a line that sets a variable, what that must hold. */
  readonly expected: RegExp;
}

/** A step of the tour. */
export interface TourStep {
  readonly title: string;
  readonly commands: readonly TourCommand[];
}

const TOKEN_URL =
  'http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token';
const BUCKETS_URL = 'https://www.googleapis.com/storage/v1/b?project=my-project';
const INSTANCES_URL =
  'https://compute.googleapis.com/compute/v1/projects/my-project/zones/us-central1-a/instances';
const BUCKET_URL = 'https://storage.googleapis.com/storage/v1/b/my-project-reports';

const BOTH_BUCKETS = /my-project-inbox\b[^]*my-project-reports\b/;

/** Lines are broken where a person would break them. */
const NEXT_LINE = '\n      ';
const BREAK = ` \\${NEXT_LINE}`;

/** No line that can be broken is longer, so that a terminal of usual width does not have to. */
const LINE_CHARACTERS = 90;

/** How the commands are spelled here. */
interface Words {
  /** Runs a command as the VM. */
  readonly vm: (command: string) => string;
  /** Sends a request with a header, as it stands in the shell. */
  readonly request: (url: string, header?: string, method?: string) => string;
  /** Takes something out of the JSON that comes in. */
  readonly pick: (jq: string, javaScript: string) => string;
}

/**
 * Returns the five steps.
 *
 * @param runOptions - options of `accredit run` besides the instance, each with its space
 */
export function tourSteps(machine: Machine, runOptions: string): readonly TourStep[] {
  const words = findWords(machine, runOptions);
  return [
    tokenStep(words),
    libraryStep(machine, words),
    bucketsStep(words),
    instancesStep(words),
    refusalStep(words),
  ];
}

function findWords({ hasCurl, hasJq }: Machine, runOptions: string): Words {
  return {
    vm: (command) => `accredit run ${runOptions}--instance vm-1 -- ${command}`,
    request: hasCurl ? curlRequest : nodeRequest,
    pick: (jq, javaScript) =>
      hasJq ? `jq -r ${shellWord(jq)}` : `node -p 'a = JSON.parse(fs.readFileSync(0)), ${javaScript}'`,
  };
}

function curlRequest(url: string, header?: string, method?: string): string {
  const options = [
    ...(method === undefined ? [] : [`-X ${method}`]),
    ...(header === undefined ? [] : [`-H ${header}`]),
  ];
  return `${['curl', '-s', ...options].join(' ')}${onOwnLine(url)}`;
}

function nodeRequest(url: string, header?: string, method = 'GET'): string {
  // To a shell `"Name":"value"` is one word; so it is here.
  const words = [url, ...(header === undefined ? [] : [header.replace('":"', ': ')])];
  return `node node/request.js ${method}${words.map(onOwnLine).join('')}`;
}

/** A URL gets a line of its own, a variable is short. */
function onOwnLine(word: string): string {
  if (!/^https?:/.test(word)) return ` ${word}`;
  return `${BREAK}${/[?&]/.test(word) ? `"${word}"` : word}`;
}

/** Leads the output of one command to another. */
function piped(from: string, to: string): string {
  const lastLine = from.slice(from.lastIndexOf('\n') + 1);
  const isShort = lastLine.length + to.length < LINE_CHARACTERS;
  return `${from} |${isShort ? ' ' : NEXT_LINE}${to}`;
}

function tokenStep({ vm, request, pick }: Words): TourStep {
  const ask = vm(request('$TOKEN_URL', '"Metadata-Flavor: Google"'));
  const cut = pick('.access_token', 'a.access_token');
  return {
    title: 'A token from the metadata server',
    commands: [
      { line: `TOKEN_URL=${TOKEN_URL}`, sets: 'TOKEN_URL', expected: /^http:/ },
      { line: ask, expected: /"access_token":"ya29\..*"expires_in":\d+,"token_type":"Bearer"/ },
      { line: `TOKEN=$(${piped(ask, cut)})`, sets: 'TOKEN', expected: /^ya29\.\S{40,}$/ },
      { line: 'printf "%.8s… is a secret\\n" $TOKEN', expected: /^ya29\.\S{3}… is a secret$/m },
    ],
  };
}

function libraryStep({ python, hasGcloud }: Machine, { vm }: Words): TourStep {
  const program = python === undefined ? 'node node/list-buckets.js' : `${python} python/list_buckets.py`;
  return {
    title: 'Buckets by a client library: Application Default Credentials find the account and the project',
    commands: [
      { line: vm(program), expected: BOTH_BUCKETS },
      ...(hasGcloud ? [{ line: vm('gcloud storage ls'), expected: BOTH_BUCKETS }] : []),
    ],
  };
}

function bucketsStep({ vm, request, pick }: Words): TourStep {
  const list = vm(request(BUCKETS_URL, '"Authorization: Bearer $TOKEN"'));
  const names = pick('.items[].name', 'a.items.map(({ name }) => name).join("\\n")');
  return {
    title: 'Buckets with the token fetched by hand',
    commands: [{ line: piped(list, names), expected: BOTH_BUCKETS }],
  };
}

function instancesStep({ vm, request, pick }: Words): TourStep {
  const list = vm(request(INSTANCES_URL, '"Authorization":"Bearer $TOKEN"'));
  const names = pick(
    '.items[] | .name + " " + .status',
    'a.items.map(({ name, status }) => name + " " + status).join("\\n")',
  );
  return {
    title: 'The instances of a zone',
    commands: [{ line: piped(list, names), expected: /^vm-1 RUNNING\n[^]*^vm-2 RUNNING$/m }],
  };
}

function refusalStep({ vm, request, pick }: Words): TourStep {
  const message = pick('.error.message', 'a.error.message');
  const withCode = pick('.error | "\\(.code) \\(.message)"', 'a.error.code + " " + a.error.message');
  return {
    title: 'A call that is refused, why it is, and a call without any token',
    commands: [
      {
        line: piped(vm(request(BUCKET_URL, '"Authorization: Bearer $TOKEN"', 'DELETE')), message),
        expected: /does not have storage\.buckets\.delete access/,
      },
      { line: 'accredit why', expected: /^Refused: storage\.buckets\.delete for serviceAccount:workload@/ },
      {
        line: piped(vm(request(BUCKETS_URL)), withCode),
        expected: /^401 Anonymous caller does not have storage\.buckets\.list access/,
      },
    ],
  };
}
