import { describeGcloudOnly } from './gcloud-only.ts';
import type { RemedySection, Way } from './remedy-section.ts';

/** The forms in which remedies alone are shown. */
export type RemedyForm = 'gcloud' | 'terraform';

/**
 * Says in words what opens the gates: one paragraph each, ended by a line feed.
 *
 * @param data - how commands have to name the cloud: ` --data X`, or nothing
 */
export function explainSections(sections: readonly RemedySection[], data: string): readonly string[] {
  const notes = [
    ...describeGcloudOnly(
      sections.flatMap(({ ways }) => ways),
      data,
    ),
    ...(sections.some(hasBlock) ? ['As Terraform: the same with --format terraform.\n'] : []),
  ];
  return [...sections.map(explainSection), ...(notes.length === 0 ? [] : [notes.join('')])];
}

/** Says whether a file for Terraform gets a block from it, and not comments alone: only the first way stands there. */
function hasBlock({ ways: [first] }: RemedySection): boolean {
  return first?.terraform.some((text) => /^(?!#|$)/m.test(text)) === true;
}

function explainSection({ heading, ways }: RemedySection): string {
  return `${heading}\n${ways.map((way, index) => explainWay(way, index === 0)).join('')}`;
}

/** The aim of the first way stands in the heading. */
function explainWay({ aim, ours, gcloud }: Way, isFirst: boolean): string {
  const lines = [...ours, ...gcloud];
  if (isFirst || aim === undefined) return lines.map((line) => `  ${line}\n`).join('');
  return `  or ${aim}:\n${lines.map((line) => `    ${line}\n`).join('')}`;
}

/** Shows what opens one gate, for a file. */
export function renderSection(
  { heading, ways: [first, ...others] }: RemedySection,
  form: RemedyForm,
): string {
  if (first === undefined) return comment(heading);
  return [
    comment(heading),
    textOf(first, form),
    ...others.map((way) => comment(`or${way.aim === undefined ? '' : ` ${way.aim}`}:\n${textOf(way, form)}`)),
  ].join('');
}

function textOf(way: Way, form: RemedyForm): string {
  return form === 'gcloud' ? way.gcloud.map((line) => `${line}\n`).join('') : way.terraform.join('\n');
}

/** Puts `# ` before every line: names are others', and none of their lines is to be taken for a command. */
export function comment(text: string): string {
  return text
    .trimEnd()
    .split(/\r\n|[\r\n\u2028\u2029]/)
    .map((line) => `# ${line.replace(/^# /, '')}\n`)
    .join('');
}
