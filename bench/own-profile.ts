/** A profile of this process, for the sections that measure in it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';

/** What a section did in this process, as Chrome's tools read it. */
export interface OwnProfile {
  /** Ends it and writes `SECTION.cpuprofile`. */
  end(): Promise<void>;
}

/** Begins a profile of a section. @param directory - where it is written; it is made where it is not there */
export async function beginProfile(directory: string, section: string): Promise<OwnProfile> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  return {
    async end() {
      const { profile } = await session.post('Profiler.stop');
      session.disconnect();
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, `${section}.cpuprofile`), JSON.stringify(profile));
    },
  };
}
