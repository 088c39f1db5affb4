/** The longest piece of a caller's own value that an error repeats, in characters, where nothing else is said. */
export const ECHO_LIMIT = 200;

/** The longest piece of what should have been a name, an id or a word, in characters. */
export const SHORT_ECHO_LIMIT = 100;

/**
 * Returns what a message repeats of a caller's own value, which may be as long as a body.
 *
 * @param limit - characters; default 200
 * @param mark - what tells that something was left out; default nothing, as in most of Google's messages
 */
export function clip(text: string, limit = ECHO_LIMIT, mark = ''): string {
  return text.length > limit ? text.slice(0, limit) + mark : text;
}
