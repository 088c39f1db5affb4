import type { Capability } from './control.ts';
import type { Probe } from './probe.ts';

/** The environments whose metadata servers differ. */
export const PROFILES = ['gce', 'gke', 'cloud-run'] as const;

export type Profile = (typeof PROFILES)[number];

/**
 * How an expectation is known. Google's documentation, the code of a client that depends on it, and what a real server
 * was seen to answer are evidence; what another emulator does, and what we infer, are opinions.
 */
export type Evidence = 'documented' | 'client code' | 'transcript' | 'emulator' | 'inferred';

/** Where an expectation comes from. */
export interface Basis {
  readonly evidence: Evidence;
  /** The page, client or transcript, in words that a person can look up. */
  readonly source: string;
}

/** One rule of a metadata server, and how to find out whether it is kept. */
export interface Check extends Basis {
  /** Stays the same between versions. */
  readonly number: number;
  /** What is expected, in one line. */
  readonly title: string;
  /** Where it applies. */
  readonly profiles: readonly Profile[];
  /** What the control must be able to do. */
  readonly needs?: readonly Capability[];
  /** It writes guest attributes, which the metadata server itself takes. */
  readonly writes?: true;
  /** How long it may take. Default 20 seconds; where a control is given, that and what the control needs. */
  readonly timeoutMs?: number;
  /** Asks, and throws where the answer is not what it must be. */
  run(probe: Probe): Promise<void>;
}

/** Says whether breaking a rule is a failure; where the evidence is an opinion it is a warning. */
export function isBinding({ evidence }: Basis): boolean {
  return evidence !== 'emulator' && evidence !== 'inferred';
}

export const GCE: readonly Profile[] = ['gce'];
export const GKE: readonly Profile[] = ['gke'];
export const CLOUD_RUN: readonly Profile[] = ['cloud-run'];
export const EVERYWHERE: readonly Profile[] = [...PROFILES];
