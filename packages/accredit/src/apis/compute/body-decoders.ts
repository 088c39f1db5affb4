import type { Decoder } from '../../kernel/decode.ts';

/** Output-only fields, and input that shows nowhere in what this server keeps: taken and dropped. */
export const ignored: Decoder<undefined> = () => undefined;

/** Wraps the fields of a body's root, whose violations are told from `resource.` on (compute notes 1.8). */
export function inResource<T>(decoder: Decoder<T>): Decoder<T> {
  return (value, path) => decoder(value, `resource.${path}`);
}
