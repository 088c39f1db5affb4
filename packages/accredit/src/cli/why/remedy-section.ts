/** One way to open a gate: the commands for the local cloud, those for Google Cloud, and what Terraform takes. */
export interface Way {
  /** What it does, as it follows "To open …," and "or"; absent where its lines say it. */
  readonly aim?: string;
  readonly ours: readonly string[];
  readonly gcloud: readonly string[];
  /** Whoever carries out the gcloud lines here needs it; only where there are none of ours. */
  readonly needs?: NeededRole;
  /** Blocks, or comments that say what belongs into which block; each ends with a line feed. */
  readonly terraform: readonly string[];
}

/** A role, and where it is to be had. */
export interface NeededRole {
  readonly role: string;
  /** `projects/ID`, `folders/N`, `organizations/N` */
  readonly resource: string;
}

/** What opens one gate. */
export interface RemedySection {
  /** A sentence, without a line feed at its end. */
  readonly heading: string;
  /** Any one of them does, the one to take first; none where the heading says it all. */
  readonly ways: readonly Way[];
}
