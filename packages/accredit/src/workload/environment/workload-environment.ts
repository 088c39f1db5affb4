/** The environment that every way gives to a program: the user's, less what is not for it, and our own files. */
import { clearVariables, type Environment } from './cleared-variables.ts';
import type { PrivateFiles } from './private-files.ts';
import { renderTrustVariables } from './trust-variables.ts';

/** gcloud calls nobody but the APIs that a command asks for. */
const QUIET_GCLOUD: Environment = {
  CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: 'true',
  CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: 'true',
  CLOUDSDK_SURVEY_DISABLE_PROMPTS: 'true',
};

/** Returns the whole environment of a program in a namespace; the other ways add to it. */
export function renderWorkloadEnvironment(
  inherited: Readonly<Record<string, string | undefined>>,
  files: PrivateFiles,
): Environment {
  return {
    ...clearVariables(inherited),
    ...QUIET_GCLOUD,
    ...renderTrustVariables(files),
    CLOUDSDK_CONFIG: files.gcloudDirectory,
    BOTO_CONFIG: files.botoFile,
    WGETRC: files.wgetFile,
  };
}
