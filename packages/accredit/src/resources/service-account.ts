/** A service account as it is stored. */
export interface ServiceAccount {
  readonly projectId: string;
  /** `ID@PROJECT.iam.gserviceaccount.com`, or a default account's address. */
  readonly email: string;
  /** 21 decimal digits, never reused; also the OAuth client id. */
  readonly uniqueId: string;
  readonly displayName: string;
  readonly description: string;
  readonly disabled: boolean;
  readonly createdAtMs: number;
}
