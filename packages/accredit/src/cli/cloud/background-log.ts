import { renameSync, statSync } from 'node:fs';

/**
 * How large the log of clouds in the background may be when one starts; what is larger becomes the old one. What a cloud
 * that runs writes is bounded by the second, not by its size.
 */
export const BACKGROUND_LOG_LIMIT_BYTES = 16 * 1024 * 1024;

/** Says where the log goes that is too large to go on; one is kept. */
export function oldLogOf(logFile: string): string {
  return `${logFile}.old`;
}

/**
 * Moves the log of clouds in the background away where it has grown too large. Nobody may be writing it: a cloud that
 * runs would go on with the old one.
 */
export function rotateBackgroundLog(logFile: string): void {
  const written = statSync(logFile, { throwIfNoEntry: false });
  if (written !== undefined && written.size > BACKGROUND_LOG_LIMIT_BYTES)
    renameSync(logFile, oldLogOf(logFile));
}
