import type { Services } from '../../http/services.ts';

/**
 * Removes bytes that nothing names any more.
 *
 * Where that fails the call has succeeded all the same: the bytes lie about until the next start sweeps them away.
 */
export async function removeBytes({ objectBytes, log }: Services, bytesId: string): Promise<void> {
  try {
    await objectBytes.remove(bytesId);
  } catch (error) {
    log.warn({ err: error }, 'bytes of an object could not be removed');
  }
}
