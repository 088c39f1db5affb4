import type { Configuration } from './configuration.ts';
import type { ConfigurationProblem, Path } from './problems.ts';
import { settleCertificates } from './settle-certificates.ts';
import { hasFile } from './settle-object.ts';

/**
 * Checks the files that a configuration names, as far as it is refused for them when it is put in place.
 *
 * @returns what is wrong, one for each file
 */
export function checkFiles({ projects, source }: Configuration): readonly ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  const complaints = {
    complain: (path: Path, message: string) => void problems.push(source.problem(path, message)),
  };
  for (const { buckets, instances } of projects) {
    for (const { objects } of buckets) for (const object of objects) hasFile(complaints, object);
    for (const { certificates } of instances) {
      if (certificates !== undefined) settleCertificates(complaints, certificates);
    }
  }
  return problems;
}
