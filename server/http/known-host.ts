/** Names under which this machine reaches itself. */
const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whose Host header a request carries: this machine's, the public address's, or a stranger's name for it. */
export type HostKind = 'loopback' | 'public' | 'foreign';

/**
 * A page of another site that has its name point here (DNS rebinding) still sends its own name as Host: only names that
 * are ours are served. Loopback names count with any port; `publicHost` is compared with its port.
 */
export function judgeHost(host: string | undefined, publicHost: string | null): HostKind {
  const parsed = /^(\[[0-9a-f:.]+\]|[^:[\]/@\s]+)(?::\d{1,5})?$/i.exec(host ?? '');
  if (parsed === null || host === undefined) return 'foreign';
  if (LOOPBACK_NAMES.has((parsed[1] ?? '').toLowerCase())) return 'loopback';
  return publicHost !== null && host.toLowerCase() === publicHost ? 'public' : 'foreign';
}

/** Whether the other end of the connection is this machine. */
export function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(address);
}
