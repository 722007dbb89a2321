import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { connect } from 'node:tls';
import { isPrivateAddress } from './securityGroups.ts';

/** What this machine can find out by itself about the endpoint. */
export interface DirectFacts {
  readonly host: string;
  /** What the name resolved to, or Node's code of why it did not. */
  readonly resolved: { readonly addresses: readonly string[] } | { readonly failure: string };
  /** Absent when there was nothing to dial. */
  readonly dialled?: Dialled;
  /** This machine's own private addresses. */
  readonly localAddresses: readonly string[];
}

export type Dialled =
  | { readonly outcome: 'reached'; readonly address: string }
  /** `timeout`, or Node's code; `stage` is how far it got. */
  | { readonly outcome: 'failed'; readonly stage: 'tcp' | 'tls'; readonly code: string; readonly address: string };

export interface DirectProbe {
  resolve(host: string, signal: AbortSignal): Promise<DirectFacts['resolved']>;
  /** TCP and TLS to one address; the certificate has to carry `host` and come from `ca` (PEM). */
  dial(address: string, host: string, ca: string, signal: AbortSignal): Promise<Dialled>;
  localAddresses(): readonly string[];
}

/** Real time, ms. Short: in most places there is no direct way, and everybody waits for this. */
const resolveTimeoutMs = 2_000;
const dialTimeoutMs = 1_500;

export async function directFacts(
  probe: DirectProbe,
  { host, certificateAuthority }: { readonly host: string; readonly certificateAuthority: string },
  signal: AbortSignal,
): Promise<DirectFacts> {
  const resolved = await probe.resolve(host, signal);
  const localAddresses = probe.localAddresses();
  if (!('addresses' in resolved) || resolved.addresses.length === 0) return { host, resolved, localAddresses };
  const dials = resolved.addresses.map(address => probe.dial(address, host, certificateAuthority, signal));
  const reached = dials.map(dial =>
    dial.then(dialled => (dialled.outcome === 'reached' ? dialled : Promise.reject(new Error(dialled.code)))),
  );
  const dialled = await Promise.any(reached).catch(async () => (await Promise.all(dials))[0]);
  return { host, resolved, localAddresses, ...(dialled ? { dialled } : {}) };
}

export const systemDirectProbe: DirectProbe = {
  resolve: (host, signal) =>
    within(resolveTimeoutMs, signal, { failure: 'timeout' }, async () => {
      try {
        const found = await lookup(host, { all: true });
        return { addresses: found.map(({ address }) => address) };
      } catch (error) {
        return { failure: codeOf(error) };
      }
    }),
  dial: (address, host, ca, signal) => dialTls({ address, port: 443, host, ca }, dialTimeoutMs, signal),
  localAddresses: () =>
    Object.values(networkInterfaces())
      .flatMap(addresses => addresses ?? [])
      .filter(({ internal, address }) => !internal && isPrivateAddress(address))
      .map(({ address }) => address),
};

/** Node's own lookup cannot be cancelled: it is left behind. */
async function within<T>(milliseconds: number, signal: AbortSignal, late: T, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => resolve(late), milliseconds);
  const abort = () => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work(), promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

export interface TlsDoor {
  readonly address: string;
  readonly port: number;
  /** The name that the certificate has to carry. */
  readonly host: string;
  /** PEM. */
  readonly ca: string;
}

export function dialTls(
  { address, port, host, ca }: TlsDoor,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Dialled> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Dialled>();
  const socket = connect({ host: address, port, servername: host, ca });
  let stage: 'tcp' | 'tls' = 'tcp';
  const fail = (code: string) => resolve({ outcome: 'failed', stage, code, address });
  const timer = setTimeout(() => fail('timeout'), timeoutMs);
  const abort = () => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  socket.once('connect', () => (stage = 'tls'));
  socket.once('secureConnect', () => resolve({ outcome: 'reached', address }));
  socket.on('error', error => fail(codeOf(error)));
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    socket.destroy();
  });
}

function codeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
