import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Cloud, CloudOptions } from '../cloud.ts';
import { type CliScene, makeScene } from './cli.fixture.ts';
import { configure, putInPlace } from './configured.ts';

/** Starts a cloud that is configured with the text of an `accredit.yaml`; both go with the test. */
export async function startConfigured(
  t: TestContext,
  text: string,
  options: CloudOptions,
): Promise<{ readonly scene: CliScene; readonly cloud: Cloud }> {
  const scene = makeScene(t);
  writeFileSync(join(scene.directory, 'accredit.yaml'), text);
  const configured = await configure(scene.context, {});
  const cloud = await scene.startCloud({
    ...options,
    configure: (services) => putInPlace(configured, services, { prune: false, tell() {} }),
  });
  return { scene, cloud };
}
