import type { ClientAuthority } from './http/certificates/client-authority.ts';
import type { CertificateAuthority } from './http/certificates.ts';
import type { ListenerBook } from './listener-book.ts';
import { isHttpsSetUp } from './protocol/metadata/https-setup.ts';
import type { MetadataItem } from './protocol/metadata/instance-metadata.ts';
import { settingsOf } from './protocol/metadata/settings.ts';
import type { Instance } from './resources/instances.ts';

/** What a workload needs to speak TLS with the metadata server of its instance. */
export interface MetadataTlsPlace {
  /** Unix socket where TLS ends. */
  readonly socket: string;
  /** The client's certificate and its private key, PEM one after the other; absent where the VM is not set up for it. */
  readonly clientPem?: string;
}

/** TLS of the metadata servers: an instance lets in its own workloads, and nobody else (metadata notes 11). */
export class MetadataTls {
  readonly #listeners: ListenerBook;
  readonly #clients = new Map<string, ClientAuthority>();

  constructor(listeners: ListenerBook) {
    this.#listeners = listeners;
  }

  /**
   * Opens the socket of an instance, if it is not open yet, and gives a workload of it a certificate of its own.
   *
   * @param name - its resource name
   * @param projectAttributes - those of its project, which may say that no VM is set up for TLS
   */
  async admit(
    name: string,
    instance: Instance,
    projectAttributes: readonly MetadataItem[],
    authority: CertificateAuthority,
  ): Promise<MetadataTlsPlace> {
    const clients = this.#clients.get(name) ?? authority.clientsOf(instance);
    this.#clients.set(name, clients);
    const socket = await this.#listeners.openMetadataTls(name, instance.id, {
      certificate: () => authority.leaf(),
      clientAuthorityPem: clients.certPem,
    });
    const settings = settingsOf(instance.metadataServer);
    if (!isHttpsSetUp({ instance: instance.metadata, project: projectAttributes, settings }))
      return { socket };
    const { certPem, keyPem } = clients.issue();
    return { socket, clientPem: `${certPem}${keyPem}` };
  }

  /** Forgets whom an instance that is no more let in. */
  forget(name: string): void {
    this.#clients.delete(name);
  }
}
