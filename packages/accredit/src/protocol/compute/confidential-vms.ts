/** As in the discovery document of Compute Engine, revision 20261106. */
export const CONFIDENTIAL_INSTANCE_TYPES = [
  'CONFIDENTIAL_INSTANCE_TYPE_UNSPECIFIED',
  'SEV',
  'SEV_SNP',
  'TDX',
] as const;

/** Whether the memory of an instance is encrypted, and how; either member says that it is. */
export interface ConfidentialInstanceConfig {
  readonly enableConfidentialCompute?: boolean;
  readonly confidentialInstanceType?: (typeof CONFIDENTIAL_INSTANCE_TYPES)[number];
}

/** Says whether an instance is a Confidential VM. Guess: a type alone makes it one, as gcloud sends no more. */
export function isConfidential(config: ConfidentialInstanceConfig | undefined): boolean {
  const { enableConfidentialCompute = false, confidentialInstanceType: type } = config ?? {};
  return (
    enableConfidentialCompute || (type !== undefined && type !== 'CONFIDENTIAL_INSTANCE_TYPE_UNSPECIFIED')
  );
}
