import {
  type CelFunc,
  type CelInput,
  type CelList,
  CelScalar,
  type CelValue,
  celFunc,
  celMethod,
  isCelList,
  listType,
  mapType,
  objectType,
} from '@bufbuild/cel';
import { create } from '@bufbuild/protobuf';
import {
  type Duration,
  DurationSchema,
  type Timestamp,
  TimestampSchema,
  timestampMs,
} from '@bufbuild/protobuf/wkt';
import { compareCodePoints } from '../../../kernel/compare-texts.ts';
import { extract } from './extract.ts';
import { localTime, READ_TIME_FIELD } from './time-fields.ts';
import { type Moment, parseDate, parseDuration, parseTimestamp } from './time-literals.ts';

const { BOOL, DYN, INT, STRING } = CelScalar;
const LIST = listType(DYN);
const NAMESPACE = mapType(STRING, DYN);
const TIMESTAMP = objectType(TimestampSchema);
const DURATION = objectType(DurationSchema);

/** Names of the facts about a request that are no attributes, but that functions ask for. No identifier begins with `@`. */
export const TAGS = '@tags';
export const API_ATTRIBUTES = '@attributes';

/** Returns the key under which a request's facts hold that a tag function is true. */
export function tagFact(name: string, ...args: readonly string[]): string {
  return JSON.stringify([name, ...args]);
}

/** A set of names that CEL can hold. */
type Namespace = ReadonlyMap<unknown, CelValue>;

/** Functions of tags, of API attributes and of Compute Engine; each is a method of its namespace. */
const REQUEST_FUNCTIONS: readonly CelFunc[] = [
  celMethod('hasTagKey', NAMESPACE, [STRING], BOOL, function (key) {
    return hasTag(this, tagFact('hasTagKey', key));
  }),
  celMethod('hasTagKeyId', NAMESPACE, [STRING], BOOL, function (key) {
    return hasTag(this, tagFact('hasTagKeyId', key));
  }),
  celMethod('matchTag', NAMESPACE, [STRING, STRING], BOOL, function (key, value) {
    return hasTag(this, tagFact('matchTag', key, value));
  }),
  celMethod('matchTagId', NAMESPACE, [STRING, STRING], BOOL, function (key, value) {
    return hasTag(this, tagFact('matchTagId', key, value));
  }),
  celMethod('getAttribute', NAMESPACE, [STRING, DYN], DYN, function (name, otherwise) {
    return getAttribute(this, name, otherwise);
  }),
  // No method here creates a forwarding rule, so no request has a load balancing scheme. Guess: asking for it is no error.
  celMethod('isForwardingRuleCreationOperation', NAMESPACE, [], BOOL, () => false),
  celMethod('matchLoadBalancingSchemes', NAMESPACE, [LIST], BOOL, () => false),
];

function hasTag(resource: Namespace, fact: string): boolean {
  const tags = resource.get(TAGS);
  return isCelList(tags) && includes(tags, fact);
}

/** Returns an attribute, or what stands for it where it is not defined; an attribute of another type is an error. */
function getAttribute(api: Namespace, name: string, otherwise: CelValue): CelInput {
  const value = api.get(`${API_ATTRIBUTES}/${name}`);
  if (value === undefined) return otherwise;
  if (isCelList(value) !== isCelList(otherwise) || typeof value !== typeof otherwise) {
    throw new TypeError(`The attribute '${name}' has another type than its default value.`);
  }
  return value;
}

function includes(list: CelList, wanted: CelValue): boolean {
  for (const element of list) if (element === wanted) return true;
  return false;
}

/** Says whether a list holds nothing but the allowed items; the empty one does. */
function hasOnly(list: CelList, allowed: CelList): boolean {
  for (const element of list) if (!includes(allowed, element)) return false;
  return true;
}

function toTimestamp(text: string, moment: Moment | undefined): Timestamp {
  // An invalid one never grants (IAM documentation, date/time attribute).
  if (moment === undefined) throw new RangeError(`'${text.slice(0, 60)}' is no valid date or time.`);
  return create(TimestampSchema, { seconds: BigInt(moment.seconds), nanos: moment.nanos });
}

function toDuration(text: string): Duration {
  const span = parseDuration(text);
  if (span === undefined) throw new RangeError(`'${text.slice(0, 60)}' is no valid duration.`);
  return create(DurationSchema, { seconds: span.seconds, nanos: span.nanos });
}

/** The library reads fields by the clock of the machine, where an hour may be missing: these take their place. */
const TIME_FUNCTIONS: readonly CelFunc[] = Object.entries(READ_TIME_FIELD).flatMap(([name, read]) => [
  celMethod(name, TIMESTAMP, [], INT, function () {
    return BigInt(read(localTime(timestampMs(this.message), undefined)));
  }),
  celMethod(name, TIMESTAMP, [STRING], INT, function (zone) {
    return BigInt(read(localTime(timestampMs(this.message), zone)));
  }),
]);

/** The library compares texts by their UTF-16 units. */
const TEXT_COMPARISONS: readonly CelFunc[] = [
  celFunc('_<_', [STRING, STRING], BOOL, (one, other) => compareCodePoints(one, other) < 0),
  celFunc('_<=_', [STRING, STRING], BOOL, (one, other) => compareCodePoints(one, other) <= 0),
  celFunc('_>_', [STRING, STRING], BOOL, (one, other) => compareCodePoints(one, other) > 0),
  celFunc('_>=_', [STRING, STRING], BOOL, (one, other) => compareCodePoints(one, other) >= 0),
];

/** What conditions add to the library's functions, or put in their place. */
export const CONDITION_FUNCTIONS: readonly CelFunc[] = [
  ...REQUEST_FUNCTIONS,
  ...TIME_FUNCTIONS,
  ...TEXT_COMPARISONS,
  celMethod('extract', STRING, [STRING], STRING, function (template) {
    return extract(this, template);
  }),
  celMethod('hasOnly', LIST, [LIST], BOOL, function (allowed) {
    return hasOnly(this, allowed);
  }),
  celFunc('timestamp', [STRING], TIMESTAMP, (text) => toTimestamp(text, parseTimestamp(text))),
  celFunc('date', [STRING], TIMESTAMP, (text) => toTimestamp(text, parseDate(text))),
  celFunc('duration', [STRING], DURATION, toDuration),
];
