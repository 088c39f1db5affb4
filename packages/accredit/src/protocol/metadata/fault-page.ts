import { page } from './error-pages.ts';

/** Titles of the statuses that are asked for most; the others are just errors. */
const TITLES: Readonly<Record<number, string>> = {
  400: 'Invalid Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  408: 'Request Timeout',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/**
 * Returns the page of an error that was asked for. It looks like any other, and says that it was, for whoever has
 * forgotten.
 *
 * @param status - 400 to 599
 */
export function renderFault(status: number): string {
  const message = 'This error was asked for: <code>accredit faults list</code> shows such faults.';
  return page(`${status} ${TITLES[status] ?? 'Error'}`, message);
}
