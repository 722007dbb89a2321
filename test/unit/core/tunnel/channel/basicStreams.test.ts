import assert from 'node:assert/strict';
import type { Duplex } from 'node:stream';
import { openRig, type Rig } from './support/openChannel.ts';

async function end(rig: Rig): Promise<void> {
  rig.peer.stopResending();
  const over = rig.channel.terminate();
  await rig.clock.advance(3000);
  await over;
}

function read(stream: Duplex): { text: string; error: string } {
  const seen = { text: '', error: '' };
  stream.on('data', (chunk: Buffer) => (seen.text += String(chunk)));
  stream.on('error', error => (seen.error = error.message));
  return seen;
}

describe('basic mode', () => {
  for (const agentVersion of ['3.0.196.0', '2.3.814.0', 'unreadable'])
    it(`is spoken with agent ${agentVersion}, and said to be, so that both sides agree`, async () => {
      const rig = await openRig({ peer: { agentVersion } });
      assert.equal(rig.channel.basicMode, true);
      assert.equal(rig.peer.clientVersion, '1.1.69.0');
      const stream = rig.streams.openStream();
      const seen = read(stream);
      stream.write('GET /');
      await rig.clock.until(() => seen.text === 'GET /');
      assert.equal(String(rig.peer.rawConnections[0]), 'GET /');
      await end(rig);
      assert.deepEqual(rig.peer.violations, []);
    });

  it('is not spoken with 3.0.222.0', async () => {
    const rig = await openRig({ peer: { agentVersion: '3.0.222.0' } });
    assert.deepEqual([rig.channel.basicMode, rig.peer.clientVersion], [false, '1.2.707.0']);
    await end(rig);
  });

  it('carries one connection after the other, with a DisconnectToPort between them', async () => {
    const rig = await openRig({ peer: { agentVersion: '3.0.100.0' } });
    const [first, second] = [rig.streams.openStream(), rig.streams.openStream()];
    const [a, b] = [read(first), read(second)];
    first.write('first');
    second.write('second');
    await rig.clock.until(() => a.text === 'first');
    await rig.clock.advance(1000);
    assert.equal(b.text, '', 'the second waits');
    first.destroy();
    await rig.clock.until(() => b.text === 'second');
    assert.deepEqual(rig.peer.flags, [1]);
    assert.deepEqual(rig.peer.rawConnections.map(String), ['first', 'second']);
    await end(rig);
    assert.deepEqual(rig.peer.violations, []);
  });

  it('drops what the old connection still had to say', async () => {
    const rig = await openRig({ peer: { agentVersion: '3.0.100.0' } });
    const first = rig.streams.openStream();
    read(first);
    first.write('x');
    await rig.clock.advance(100);
    first.destroy();
    const second = rig.streams.openStream();
    const seen = read(second);
    second.write('mine');
    await rig.clock.advance(50);
    rig.peer.output(1, Buffer.from('stale'));
    await rig.clock.until(() => seen.text.length > 0);
    assert.equal(seen.text, 'mine');
    await end(rig);
  });

  it('says that the agent is to be updated to whoever waits too long', async () => {
    const rig = await openRig({ peer: { agentVersion: '3.0.100.0' } });
    read(rig.streams.openStream());
    const late = read(rig.streams.openStream());
    await rig.clock.advance(31_000);
    assert.match(late.error, /one connection at a time/);
    await end(rig);
  });

  it('survives a cut', async () => {
    const rig = await openRig({ peer: { agentVersion: '3.0.100.0' } });
    const stream = rig.streams.openStream();
    const seen = read(stream);
    stream.write('before ');
    await rig.clock.until(() => seen.text === 'before ');
    rig.peer.wire?.cut('closed with code 1000 Bye');
    stream.write('after');
    await rig.clock.until(() => seen.text === 'before after');
    await end(rig);
    assert.deepEqual(rig.peer.violations, []);
  });
});
