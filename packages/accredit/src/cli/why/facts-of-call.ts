import { toRfc3339Seconds } from '../../kernel/timestamps.ts';

/** What is said of every call that was refused. */
interface RefusedCall {
  readonly requestId: string;
  /** Unix milliseconds, the cloud's time. */
  readonly timeMs: number;
  readonly method: string;
  readonly status: number;
  /** Empty where none is kept. */
  readonly message: string;
  /** Resource name of the instance that the token was given to. */
  readonly instance?: string | undefined;
}

/**
 * Returns when a call was made, which one it was, and what it was answered, as fields.
 *
 * @param resource - on which the permission was asked for, where one was
 */
export function factsOfCall(
  { requestId, timeMs, method, status, message, instance }: RefusedCall,
  resource?: string,
): readonly (readonly [string, string])[] {
  return [
    ['When', toRfc3339Seconds(timeMs)],
    ['Call', `${method} (request ${requestId})`],
    ...(resource === undefined ? [] : [['Resource', resource] as const]),
    ...(instance === undefined ? [] : [['From', instance] as const]),
    ['Answer', `${status}${message === '' ? '' : ` ${message}`}`],
  ];
}
