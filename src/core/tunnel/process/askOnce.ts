import { connect } from 'node:net';
import { PrivateEksError } from '../../errors.ts';
import { jsonLines } from './controlLines.ts';
import type { ControlOrder } from './controlMessage.ts';
import type { TunnelRecord } from './tunnelRecord.ts';

const answerWithinMs = 10_000;
const longestNews = 1024 * 1024;

/**
 * Gives a tunnel's process one order, and resolves with the first line in which `answer` finds one; what it throws is the answer, too.
 * @throws PrivateEksError `tunnel-gone`
 */
export function askOnce<T>(
  record: TunnelRecord,
  order: ControlOrder,
  answer: (line: Readonly<Record<string, unknown>>) => T | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const socket = connect(record.control);
    const say = (line: ControlOrder | { token: string }) => socket.write(`${JSON.stringify(line)}\n`);
    const gone = (cause?: Error) =>
      reject(new PrivateEksError('tunnel-gone', `The tunnel to ${record.cluster} does not answer.`, { cause }));
    socket.setTimeout(answerWithinMs, () => socket.destroy());
    socket.on('error', gone).on('close', () => gone());
    socket.on('connect', () => {
      say({ token: record.token });
      say(order);
    });
    jsonLines(
      socket,
      longestNews,
      line => {
        try {
          const found = answer(line);
          if (found === undefined) return;
          resolve(found);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
        socket.destroy();
      },
      () => socket.destroy(),
    );
  });
}
