/** The frame of a suite: a cloud of its own, and a skip in one line where its client cannot be had. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Client, isRequired } from './programs.ts';
import { SampleCloud } from './sample-cloud.fixture.ts';

/**
 * Declares the tests of one client, which run one after another against a cloud of their own.
 *
 * @param missing - why the client cannot be had, in one line; `undefined` where it can
 * @param addition - what the configuration file of the cloud says beside the sample; default: nothing
 */
export function clientSuite(
  client: Client,
  title: string,
  missing: string | undefined,
  declareTests: (cloud: SampleCloud) => void,
  addition?: string,
): void {
  if (missing === undefined) {
    describe(title, () => declareWithCloud(declareTests, addition));
  } else if (isRequired(client)) {
    test(title, () => assert.fail(`REQUIRE_CLIENTS names ${client}, but ${missing}.`));
  } else {
    test(title, { skip: missing }, () => undefined);
  }
}

function declareWithCloud(declareTests: (cloud: SampleCloud) => void, addition?: string): void {
  const cloud = new SampleCloud();
  before(() => cloud.open(addition));
  after(() => cloud.close());
  declareTests(cloud);
}
