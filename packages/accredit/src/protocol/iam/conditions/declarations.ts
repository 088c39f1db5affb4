/** The type of an expression; `dyn` is what nothing says: the element of `[]`. */
export type Type =
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'timestamp'
  | 'duration'
  | 'dyn'
  | { readonly element: Type };

const STRINGS: Type = { element: 'string' };

/** The attributes that a condition may name (IAM notes 1.4). */
export const ATTRIBUTES: ReadonlyMap<string, Type> = new Map<string, Type>([
  ['resource.service', 'string'],
  ['resource.type', 'string'],
  ['resource.name', 'string'],
  ['request.time', 'timestamp'],
  ['request.auth.access_levels', STRINGS],
  ['request.path', 'string'],
  ['request.host', 'string'],
  ['destination.ip', 'string'],
  ['destination.port', 'int'],
  ['principal.type', 'string'],
  ['principal.subject', 'string'],
]);

/**
 * The attributes that no request has here: they belong to Identity-Aware Proxy, Cloud Run and principal access
 * boundaries. Naming one compiles, asking for it is an error.
 */
export const UNDEFINED_ATTRIBUTES: ReadonlySet<string> = new Set([
  'request.auth.access_levels',
  'request.path',
  'request.host',
  'destination.ip',
  'destination.port',
  'principal.type',
  'principal.subject',
]);

/** What the names of attributes and of qualified functions begin with. */
export const NAMESPACES: ReadonlySet<string> = new Set([
  'resource',
  'request',
  'request.auth',
  'destination',
  'principal',
  'api',
  'compute',
]);

/** One way to call a function: `T` stands for any type, the same one everywhere. */
export interface Overload {
  readonly target?: Pattern;
  readonly args: readonly Pattern[];
  readonly result: Pattern;
}

/** A type, or a place for one. */
export type Pattern = Exclude<Type, object> | 'T' | { readonly element: Pattern };

const LIST_OF_T: Pattern = { element: 'T' };
const TIME_FIELD: readonly Overload[] = [
  { target: 'timestamp', args: [], result: 'int' },
  { target: 'timestamp', args: ['string'], result: 'int' },
];
const PREDICATE: readonly Overload[] = [{ target: 'string', args: ['string'], result: 'bool' }];
const ORDERED = ['bool', 'int', 'uint', 'double', 'string', 'timestamp', 'duration'] as const;
const COMPARISON: readonly Overload[] = ORDERED.map((type) => ({ args: [type, type], result: 'bool' }));
const EQUALITY: readonly Overload[] = [{ args: ['T', 'T'], result: 'bool' }];
const FROM_STRING = (result: Pattern): readonly Overload[] => [{ args: ['string'], result }];

/** The functions that take a part of a timestamp, with the values that they can give (IAM notes 1.4). */
export const TIME_FIELDS: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['getDate', [1, 31]],
  ['getDayOfMonth', [0, 30]],
  ['getDayOfWeek', [0, 6]],
  ['getDayOfYear', [0, 365]],
  ['getFullYear', [1, 9999]],
  ['getHours', [0, 23]],
  ['getMilliseconds', [0, 999]],
  ['getMinutes', [0, 59]],
  ['getMonth', [0, 11]],
  ['getSeconds', [0, 59]],
]);

/**
 * The functions and operators that a condition may use, qualified by their namespace (IAM notes 1.4).
 *
 * Guess: that there is no more. `?:`, arithmetic, `[…]`, `contains`, `matches`, `size`, conversions and macros are CEL, but
 * Google's reference of conditions names none of them, and of the macros it is known that they are refused.
 */
export const FUNCTIONS: ReadonlyMap<string, readonly Overload[]> = new Map<string, readonly Overload[]>([
  ['_&&_', [{ args: ['bool', 'bool'], result: 'bool' }]],
  ['_||_', [{ args: ['bool', 'bool'], result: 'bool' }]],
  ['!_', [{ args: ['bool'], result: 'bool' }]],
  ['_==_', EQUALITY],
  ['_!=_', EQUALITY],
  ['_<_', COMPARISON],
  ['_<=_', COMPARISON],
  ['_>_', COMPARISON],
  ['_>=_', COMPARISON],
  ['@in', [{ args: ['T', LIST_OF_T], result: 'bool' }]],
  [
    '_+_',
    [
      { args: ['timestamp', 'duration'], result: 'timestamp' },
      { args: ['duration', 'timestamp'], result: 'timestamp' },
    ],
  ],
  [
    '_-_',
    [
      { args: ['timestamp', 'duration'], result: 'timestamp' },
      { args: ['timestamp', 'timestamp'], result: 'duration' },
    ],
  ],
  ['startsWith', PREDICATE],
  ['endsWith', PREDICATE],
  ['extract', [{ target: 'string', args: ['string'], result: 'string' }]],
  ['hasOnly', [{ target: LIST_OF_T, args: [LIST_OF_T], result: 'bool' }]],
  ['timestamp', FROM_STRING('timestamp')],
  ['date', FROM_STRING('timestamp')],
  ['duration', FROM_STRING('duration')],
  ['resource.hasTagKey', FROM_STRING('bool')],
  ['resource.hasTagKeyId', FROM_STRING('bool')],
  ['resource.matchTag', [{ args: ['string', 'string'], result: 'bool' }]],
  ['resource.matchTagId', [{ args: ['string', 'string'], result: 'bool' }]],
  ['api.getAttribute', [{ args: ['string', 'T'], result: 'T' }]],
  ['compute.isForwardingRuleCreationOperation', [{ args: [], result: 'bool' }]],
  ['compute.matchLoadBalancingSchemes', [{ args: [{ element: 'string' }], result: 'bool' }]],
  ...[...TIME_FIELDS.keys()].map((name) => [name, TIME_FIELD] as const),
]);

/** The functions of resource tags, the only ones in a deny policy (IAM notes 1.3). */
export const TAG_FUNCTIONS: ReadonlySet<string> = new Set([
  'resource.hasTagKey',
  'resource.hasTagKeyId',
  'resource.matchTag',
  'resource.matchTagId',
]);
