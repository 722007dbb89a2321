import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { PrivateEksError } from '../../errors.ts';

const eachMs = 5_000;

/** A plain TCP connection to the first address that takes it. @throws PrivateEksError `direct-unreachable` */
export async function directDial(addresses: readonly string[], port: number, signal: AbortSignal): Promise<Duplex> {
  const reasons: string[] = [];
  for (const address of addresses) {
    try {
      return await dialOne(address, port, signal);
    } catch (error) {
      signal.throwIfAborted();
      reasons.push(`${address}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new PrivateEksError('direct-unreachable', `The endpoint takes no connection: ${reasons.join('; ')}.`, {
    retryable: true,
  });
}

function dialOne(address: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, noDelay: true, allowHalfOpen: true });
    const abort = () => socket.destroy(new Error('given up'));
    signal.addEventListener('abort', abort, { once: true });
    const done = () => {
      signal.removeEventListener('abort', abort);
      socket.setTimeout(0);
    };
    socket.setTimeout(eachMs, () => socket.destroy(new Error(`no answer within ${eachMs / 1000} s`)));
    socket.once('connect', () => {
      done();
      resolve(socket);
    });
    socket.once('error', error => {
      done();
      reject(error);
    });
  });
}
