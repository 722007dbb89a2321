import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../clock.ts';

/** After the near side has half-closed, how long an answer may still take. */
const lingerMs = 120_000;

/** Both ways until one side is gone. A tunnel's stream has no half-close: it would lose the answer. */
export function relay(near: Duplex, far: Duplex, canHalfClose: boolean, clock: Clock): void {
  const over = new AbortController();
  near.pipe(far, { end: canHalfClose });
  far.pipe(near);
  near.on('end', () => {
    if (canHalfClose || far.destroyed) return;
    // What is still to come after the near side has said all may take so long.
    void clock.sleep(lingerMs, over.signal).then(
      () => far.destroy(),
      () => undefined,
    );
  });
  far.on('error', () => near.destroy());
  far.on('end', () => {
    if (!canHalfClose) far.destroy();
  });
  far.on('close', () => {
    over.abort();
    near.end();
    if (!near.readableEnded && 'destroySoon' in near) (near as Socket).destroySoon();
  });
  near.on('close', () => far.destroy());
}
