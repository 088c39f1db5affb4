import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

/**
 * A request as handlers see it, whether it came over a socket or from a test.
 *
 * Everything in it is hostile until decoded.
 */
export interface HttpRequest {
  /** Upper case: `GET`. */
  readonly method: string;
  /** Path and query as they came, percent-encoded. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** The body; absent where there can be none. */
  readonly body?: Readable | undefined;
  /** Address of the other end of the connection; absent on a Unix socket, and where no connection stands behind it. */
  readonly remoteAddress?: string | undefined;
  /** Which listener accepted the connection. */
  readonly listener: Listener;
  /**
   * Calls a listener when nobody waits for the answer any more: the client is gone, or the answer is done. At once
   * where that is so already. Absent where no connection stands behind the request.
   */
  onGone?(listener: () => void): void;
}

/** Where a connection came in; this, and no header, says who stands behind it. */
export type Listener =
  /** The APIs, over loopback or from a workload. */
  | { readonly kind: 'api' }
  /** The private socket of the owner of the data directory. */
  | { readonly kind: 'owner' }
  /** The metadata server of one instance, by its resource name; secure where TLS ended. */
  | { readonly kind: 'metadata'; readonly instance: string; readonly secure?: true };

/** An answer before it becomes bytes. */
export interface HttpResponse {
  readonly status: number;
  /** In the order in which they are sent. */
  readonly headers: Readonly<Record<string, string>>;
  /** A string or buffer is sent with its `Content-Length`; a stream states its own or is chunked. */
  readonly body?: string | Buffer | Readable;
  /** Nothing is sent: the connection is reset, or on a Unix socket, which knows no reset, ended. */
  readonly reset?: true;
}

/** An answer whose body is a string. */
export interface TextResponse extends HttpResponse {
  readonly body: string;
}
