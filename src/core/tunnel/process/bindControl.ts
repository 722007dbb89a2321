import { chmod, rm } from 'node:fs/promises';
import { connect, type Server } from 'node:net';
import { dirname } from 'node:path';
import { PrivateEksError } from '../../errors.ts';
import { exclusively } from '../../state/exclusively.ts';
import { ensureStateDir, hasCode } from '../../state/stateFile.ts';

/** Listens on a socket (0600) or named pipe that at most one process has. @throws PrivateEksError `tunnel-busy` */
export async function bindControl(server: Server, path: string): Promise<void> {
  // A named pipe goes with its process.
  if (path.startsWith('\\\\')) return claim(server, path);
  await ensureStateDir(dirname(path));
  await exclusively(`${path}.lock`, async () => {
    // A socket that a killed process left behind is in the way of the next.
    if (!(await answers(path))) await rm(path, { force: true });
    await claim(server, path);
  });
  await chmod(path, 0o600);
}

function claim(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', error =>
      reject(
        hasCode(error, 'EADDRINUSE')
          ? new PrivateEksError('tunnel-busy', 'Another process has this tunnel.', { cause: error, retryable: true })
          : error,
      ),
    );
    server.listen(path, resolve);
  });
}

/** True when a process listens there. */
export function answers(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path);
    const end = (alive: boolean) => {
      socket.destroy();
      resolve(alive);
    };
    socket.on('connect', () => end(true)).on('error', () => end(false));
  });
}
