import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { endLeftovers } from '../../../../../src/core/tunnel/process/endLeftovers.ts';
import { recordedSessions, SessionLedger } from '../../../../../src/core/tunnel/process/sessionLedger.ts';
import type { SessionApi } from '../../../../../src/core/tunnel/session/sessionApi.ts';

const key = { accountId: '000000000000', region: 'eu-west-1', cluster: 'demo' };
const other = { ...key, cluster: 'other' };
const elsewhere = { ...key, region: 'us-east-1' };

describe('what a killed tunnel leaves', () => {
  let home: string;
  let ended: string[];
  let refused: Set<string>;
  let isGone: boolean;
  let count: number;

  beforeEach(() => {
    home = mkdtempSync(path.join(os.tmpdir(), 'private-eks-leftovers-'));
    [ended, refused, isGone, count] = [[], new Set(), false, 0];
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const grant = (sessionId: string) => ({ sessionId, streamUrl: '', token: '' });
  const api: SessionApi = {
    start: async () => grant(`me-${++count}`),
    resume: async sessionId => (isGone ? undefined : grant(sessionId)),
    terminate: async sessionId => {
      if (refused.has(sessionId)) throw new Error('AWS cannot be reached');
      ended.push(sessionId);
    },
  };
  const files = () => readdirSync(path.join(home, 'tunnels'));
  const target = { target: 'i-1', host: 'api', port: 443 };
  const { signal } = new AbortController();
  const start = async (whose = key, at = 0) => {
    const ledger = await SessionLedger.open(home, whose);
    return recordedSessions(api, ledger, () => at);
  };
  const tidy = async (isLive: (cluster: string) => boolean = () => false, now = 0) => {
    const own = await SessionLedger.open(home, key);
    const parts = { home, key, own, left: own.sessions, terminate: (id: string) => api.terminate(id), now: () => now };
    return endLeftovers({ ...parts, isLive: async ({ cluster }) => isLive(cluster), signal });
  };

  it('is in a file for its owner alone while it is open, and not a moment longer', async () => {
    const sessions = await start();
    const [{ sessionId }, second] = [
      await sessions.start(target, '', signal),
      await sessions.start(target, '', signal),
    ];
    const [file = ''] = files();
    if (process.platform !== 'win32') assert.equal(statSync(path.join(home, 'tunnels', file)).mode & 0o777, 0o600);
    await sessions.terminate(sessionId);
    assert.deepEqual(
      (await SessionLedger.open(home, key)).sessions.map(session => session.sessionId),
      ['me-2'],
    );
    isGone = true;
    await sessions.resume(second.sessionId, signal);
    assert.deepEqual(files(), []);
  });

  it('is ended by the next process, of whatever cluster, but for tunnels that live and accounts that are not this one', async () => {
    for (const whose of [key, key, other, elsewhere]) await (await start(whose)).start(target, '', signal);
    assert.deepEqual(await tidy(cluster => cluster === 'other'), { ended: ['me-1', 'me-2'], kept: [] });
    assert.deepEqual((await tidy()).ended, ['me-3']);
    assert.deepEqual(ended, ['me-1', 'me-2', 'me-3']);
    assert.equal(files().length, 1, 'the other region’s is not ours to end');
  });

  it('is kept for the next time when it cannot be ended, until it has surely ended by itself', async () => {
    await (await start()).start(target, '', signal);
    refused.add('me-1');
    assert.deepEqual((await tidy(undefined, 60_000)).kept, [{ sessionId: 'me-1', reason: 'AWS cannot be reached' }]);
    assert.equal((await SessionLedger.open(home, key)).sessions.length, 1);
    assert.deepEqual(await tidy(undefined, 3 * 3600_000), { ended: [], kept: [] });
    assert.deepEqual(files(), []);
  });

  it('is not believed when its file is spoiled or forged', async () => {
    await (await start()).start(target, '', signal);
    const file = path.join(home, 'tunnels', files()[0] ?? '');
    for (const text of [
      '',
      '{',
      '[]',
      '{"version":2}',
      JSON.stringify({ version: 1, ...key, sessions: [{ sessionId: '../x', at: 0 }] }),
    ]) {
      writeFileSync(file, text);
      assert.deepEqual(await tidy(), { ended: [], kept: [] }, text);
    }
  });

  it('is bounded, however often a tunnel is killed', async () => {
    const sessions = await start();
    for (let i = 0; i < 200; i++) await sessions.start(target, '', signal);
    assert.equal((await SessionLedger.open(home, key)).sessions.length, 64);
  });
});
