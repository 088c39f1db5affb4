import { withoutSteering } from '../controls.ts';
import { renderFields } from '../output.ts';
import { factsOfCall } from './facts-of-call.ts';
import { describeGcloudOnly } from './gcloud-only.ts';
import type { OtherRefusal } from './refusals.ts';
import { comment } from './remedy-forms.ts';
import { enablingWay } from './remedy-lines.ts';

/**
 * Says that the last call that was refused was refused for something else than a gate, and what is to be done about it.
 *
 * @param data - how commands have to name the cloud: ` --data X`, or nothing
 */
export function describeOtherRefusal(refusal: OtherRefusal, data: string): string {
  const { disabledService, method } = refusal;
  const reason =
    disabledService === undefined
      ? 'it is refused before its gates, see its answer'
      : `${disabledService.service} is disabled in project ${disabledService.projectNumber}`;
  const text = [
    `Refused last: ${method}, by no gate: ${reason}.\n`,
    renderFields(factsOfCall(refusal)),
    ...(disabledService === undefined ? [] : enabling(disabledService, data)),
    `Every call that was refused: accredit logs --denied${data}\n`,
  ].join('\n');
  return withoutSteering(text);
}

/** Says the same in a file of remedies. */
export function commentOnOtherRefusal(refusal: OtherRefusal, data: string): string {
  return comment(describeOtherRefusal(refusal, data));
}

function enabling(
  { service, projectNumber }: NonNullable<OtherRefusal['disabledService']>,
  data: string,
): readonly string[] {
  const way = enablingWay(service, projectNumber);
  const lines = way.gcloud.map((line) => `  ${line}\n`).join('');
  return [`To enable it:\n${lines}`, ...describeGcloudOnly([way], data)];
}
