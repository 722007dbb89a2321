import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { SessionGrant } from '../../../src/core/tunnel/channel/dataChannel.ts';
import { readMessage, writeAcknowledgement, writeMessage } from '../../../src/sandbox/agent/agentMessage.ts';

const [settleMs, measuredMs] = [1_000, 4_000];

/** Bytes a second of one download that a peer gets which acknowledges what comes and looks at nothing: the most that any client can. */
export async function measureBareRate({ streamUrl, token }: SessionGrant): Promise<number> {
  const socket = new WebSocket(streamUrl, { perMessageDeflate: false });
  let [sequence, bytes] = [0, 0];
  const say = (kind: number, body: Buffer) =>
    socket.send(writeMessage({ type: 'input_stream_data', sequence: sequence++, flags: 0, kind, body }));
  socket.on('open', () => {
    const ids = { RequestId: randomUUID(), ClientId: randomUUID(), ClientVersion: '1.2.707.0' };
    socket.send(JSON.stringify({ MessageSchemaVersion: '1.0', ...ids, TokenValue: token }));
  });
  socket.on('message', (data: Buffer, isBinary) => {
    const message = isBinary ? readMessage(data) : undefined;
    if (message?.type !== 'output_stream_data') return;
    bytes += message.body.length;
    socket.send(writeAcknowledgement(message));
    const accepted = { ActionType: 'SessionType', ActionStatus: 1 };
    if (message.kind === 5)
      say(6, Buffer.from(JSON.stringify({ ClientVersion: '1.2.707.0', ProcessedClientActions: [accepted] })));
    if (message.kind === 7) say(1, endlessDownload());
  });
  await sleep(settleMs);
  const [before, started] = [bytes, performance.now()];
  await sleep(measuredMs);
  const rate = (bytes - before) / ((performance.now() - started) / 1000);
  say(10, Buffer.from([0, 0, 0, 2]));
  socket.close();
  return rate;
}

/** smux: a stream is opened, and asks the target for more than there is time for. */
function endlessDownload(): Buffer {
  const frames = Buffer.from([1, 0, 0, 0, 3, 0, 0, 0, 1, 2, 16, 0, 3, 0, 0, 0]);
  const order = Buffer.alloc(16);
  order.write('g', 0, 'latin1');
  order.writeUInt32LE(1, 4);
  order.writeDoubleLE(1 << 30, 8);
  return Buffer.concat([frames, order]);
}
