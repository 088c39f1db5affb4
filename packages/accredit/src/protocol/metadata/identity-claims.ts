import type { InstanceMetadata } from './instance-metadata.ts';
import { parseBoolean, type Query } from './queries.ts';
import { type Refused, refuse } from './refusal.ts';
import type { MetadataSettings } from './settings.ts';

/** How long an identity token lives (metadata notes 9.4.5). */
const IDENTITY_LIFETIME_SECONDS = 3600;

/** What an identity request asks for. */
export interface IdentityRequest {
  readonly kind: 'identity';
  readonly audience: string;
  readonly format: 'standard' | 'full';
  /** Whether the token names the licenses of the instance; never with format `standard`. */
  readonly licenses: boolean;
}

/**
 * Reads the query of an identity request (metadata notes 9.4.1 to 9.4.3). Of several audiences the first counts.
 *
 * Guess: `format` is case-sensitive, and empty is `standard`.
 */
export function parseIdentityQuery(
  query: Query,
  { unknownIdentityFormat }: MetadataSettings,
): IdentityRequest | Refused {
  const audience = query.get('audience') ?? '';
  if (audience === '') return refuse('audience-missing');
  const format = parseFormat(query.get('format'));
  if (format === undefined && unknownIdentityFormat === 'refused') return refuse('unknown-format');
  const licenses = format === 'full' && parseBoolean(query.get('licenses')) === true;
  return { kind: 'identity', audience, format: format ?? 'standard', licenses };
}

function parseFormat(word: string | undefined): IdentityRequest['format'] | undefined {
  if (word === undefined || word === '') return 'standard';
  return word === 'standard' || word === 'full' ? word : undefined;
}

/** The instance as format `full` describes it; names and JSON types as on the wire. */
export interface ComputeEngineClaims {
  /** Of a Confidential VM only. */
  readonly instance_confidentiality?: 1;
  readonly instance_creation_timestamp: number;
  readonly instance_id: string;
  readonly instance_name: string;
  readonly license_id?: readonly string[];
  readonly project_id: string;
  readonly project_number: number;
  readonly zone: string;
}

/** The claims of an identity token, in the order in which they are to be written: alphabetical (metadata notes 9.4.7). */
export interface IdentityClaims {
  readonly aud: string;
  readonly azp: string;
  readonly email?: string;
  readonly email_verified?: true;
  readonly exp: number;
  readonly google?: { readonly compute_engine: ComputeEngineClaims };
  readonly iat: number;
  readonly iss: string;
  readonly sub: string;
}

/** Who the token is about, who issues it, and when. */
export interface IdentitySubject {
  readonly instance: InstanceMetadata;
  readonly account: { readonly email: string; readonly uniqueId: string };
  /** The `iss` claim, `https://accounts.google.com` at Google. */
  readonly issuer: string;
  /** Whether format `standard` names the account too. */
  readonly standardEmail: boolean;
  /** Whether `google.compute_engine` is there in format `full`: not where there is no VM (metadata notes 13.2.4). */
  readonly isVm: boolean;
  /** Unix seconds. */
  readonly issuedAtSeconds: number;
}

/** Returns the claims of an identity token (metadata notes 9.4.5, 9.4.6). */
export function identityClaims(request: IdentityRequest, subject: IdentitySubject): IdentityClaims {
  const { account, instance, issuedAtSeconds, issuer } = subject;
  const isFull = request.format === 'full';
  return {
    aud: request.audience,
    azp: account.uniqueId,
    ...((isFull || subject.standardEmail) && { email: account.email, email_verified: true }),
    exp: issuedAtSeconds + IDENTITY_LIFETIME_SECONDS,
    ...(isFull && subject.isVm && { google: { compute_engine: computeEngine(instance, request.licenses) } }),
    iat: issuedAtSeconds,
    iss: issuer,
    sub: account.uniqueId,
  };
}

function computeEngine(instance: InstanceMetadata, licenses: boolean): ComputeEngineClaims {
  return {
    ...(instance.isConfidential && { instance_confidentiality: 1 }),
    instance_creation_timestamp: instance.creationTimestampSeconds,
    instance_id: instance.id,
    instance_name: instance.name,
    ...(licenses && { license_id: instance.licenses }),
    project_id: instance.projectId,
    // A number on the wire; project numbers have 12 digits, far below what a JavaScript number holds exactly.
    project_number: Number(instance.projectNumber),
    zone: instance.zone,
  };
}
