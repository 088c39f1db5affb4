import { denied, reads, rule } from './denial.fixture.ts';
import type { Case, Table } from './row.fixture.ts';
import { BOB, BUILD, NOBODY } from './world.fixture.ts';

const TAG = { keyId: 'tagKeys/1', key: '900/env', valueId: 'tagValues/2', value: 'prod' };
const tagged = (expression: string): Case => ({ ...denied(rule({ if: expression })), tags: [TAG] });

export const DENIAL_CONDITIONS: Table = {
  about: 'conditions of deny policies (IAM notes 1.3, 1.4)',
  given: reads,
  rows: [
    ['a tag that it has', tagged("resource.matchTag('900/env', 'prod')"), 'deny'],
    ['a tag of another value', tagged("resource.matchTag('900/env', 'test')"), 'granted'],
    ['a tag by its ids', tagged("resource.matchTagId('tagKeys/1', 'tagValues/2')"), 'deny'],
    ['a tag by other ids', tagged("resource.matchTagId('tagKeys/1', 'tagValues/3')"), 'granted'],
    ['all that lacks a tag', { ...denied(rule({ if: "!resource.hasTagKey('900/env')" })) }, 'deny'],
    ['all that lacks a tag, but it has it', tagged("!resource.hasTagKey('900/env')"), 'granted'],
    ['a key by its id', tagged("resource.hasTagKeyId('tagKeys/1')"), 'deny'],
    ['what cannot be evaluated denies', tagged("request.path == '/'"), 'deny'],
    ['what does not compile denies', tagged('resource.matchTag('), 'deny'],
    ['what gives no bool denies', tagged("'yes'"), 'deny'],
    ['a false one beside an error does not deny', tagged("request.path == '/' && false"), 'granted'],
    [
      'what cannot be evaluated denies nobody that is excepted',
      {
        ...denied(
          rule({
            if: "request.path == '/'",
            exceptionPrincipals: ['principal://goog/subject/ada@example.com'],
          }),
        ),
      },
      'granted',
    ],
    [
      'a rule that does not hold leaves it to the next',
      { ...denied(rule({ if: 'false' }), rule({ if: 'true' })) },
      'deny',
    ],
    [
      'one that holds for somebody else',
      { ...denied(rule({ if: 'true', deniedPrincipals: ['principal://goog/subject/bob@other.org'] })) },
      'granted',
    ],
    [
      'a denial on a condition is still a denial of who has no credentials',
      { caller: NOBODY, ...denied(rule({ if: 'true' })) },
      'deny',
    ],
    [
      'of two, one is enough',
      { caller: BOB, ...denied(rule({ if: 'false' }), rule({ if: "request.path == '/'" })) },
      'deny',
    ],
    ['for an account too', { caller: BUILD, ...tagged("resource.hasTagKey('900/env')") }, 'deny'],
  ],
};
