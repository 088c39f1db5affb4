import type { HttpRequest } from '../../http/message.ts';

/**
 * Reads a body whole, at most so many bytes.
 *
 * @returns the text, or why there is none
 */
export async function readBody(
  { body }: HttpRequest,
  limitBytes: number,
): Promise<string | { readonly problem: 'too-large' | 'not-utf-8' }> {
  if (body === undefined) return '';
  const chunks: Buffer[] = [];
  let length = 0;
  // A request without an encoding gives Buffers.
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limitBytes) return { problem: 'too-large' };
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch {
    return { problem: 'not-utf-8' };
  }
}
