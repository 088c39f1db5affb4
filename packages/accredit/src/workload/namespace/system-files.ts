/** What the system's own files say inside a namespace: texts only. */
import { METADATA_ADDRESS, RESOLVER_ADDRESS } from './names.ts';

/** Where systems keep the bundle of trusted roots that OpenSSL, Go, Python and curl read. */
export const CA_BUNDLE_FILES: readonly string[] = [
  '/etc/ssl/certs/ca-certificates.crt', // Debian, Ubuntu, Arch, Alpine
  '/etc/pki/tls/certs/ca-bundle.crt', // Fedora, RHEL
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem', // RHEL 7 and later
  '/etc/ssl/ca-bundle.pem', // openSUSE
  '/etc/ssl/cert.pem', // Alpine, Arch
];

/** Directories with sockets through which programs would ask a resolver outside (nss-resolve, nscd). */
export const RESOLVER_DIRECTORIES: readonly string[] = ['/run/systemd/resolve', '/run/nscd', '/var/run/nscd'];

export const RESOLV_CONF = `# Written by accredit run.
nameserver ${RESOLVER_ADDRESS}
`;

/**
 * Renders /etc/hosts: as on a VM, the metadata server stands in it (metadata notes 1.1).
 *
 * @param hostName - this machine's own name; it leads to 127.0.1.1, Debian's custom for a machine without an address
 */
export function renderHosts(hostName: string): string {
  const isOwnLine = hostName !== '' && hostName !== 'localhost' && /^[A-Za-z0-9._-]+$/.test(hostName);
  return `# Written by accredit run.
127.0.0.1 localhost
::1 localhost ip6-localhost ip6-loopback
${METADATA_ADDRESS} metadata.google.internal metadata metadata.goog
${isOwnLine ? `127.0.1.1 ${hostName}\n` : ''}`;
}

/**
 * Renders /etc/nsswitch.conf with hosts looked up in the file and by DNS only: nss-resolve, nss-mdns and others ask
 * daemons outside over Unix sockets, which no network namespace stops. All other lines stay (users, groups).
 */
export function renderNsswitchConf(original: string): string {
  const lines = original.split('\n').filter((line) => !/^\s*hosts\s*:/.test(line));
  return `${['hosts: files dns', ...lines].join('\n').trimEnd()}\n`;
}
