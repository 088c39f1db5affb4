import { InvalidArgumentError } from 'commander';
import { isPrincipalName, PRINCIPAL_NAME_FORM } from '../../observability/principal-names.ts';

/** Reads which caller of the past is meant by an option. */
export function parsePrincipalName(text: string): string {
  if (isPrincipalName(text)) return text;
  throw new InvalidArgumentError(`It must be ${PRINCIPAL_NAME_FORM}.`);
}
