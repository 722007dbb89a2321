import assert from 'node:assert/strict';
import type { CommandInput } from '../../../src/cli/command.ts';
import { tunnelSayer } from '../../../src/cli/tunnelSayer.ts';
import type { TunnelRecord } from '../../../src/core/tunnel/process/tunnelRecord.ts';
import type { TunnelStatus } from '../../../src/core/tunnel/supervisor/tunnelStatus.ts';

const record: TunnelRecord = {
  ...{ version: 1, cluster: 'demo', region: 'eu-west-1', accountId: '000000000000', pid: 1, port: 50_443 },
  ...{ control: '', token: 'secret', kubeconfig: '/home/demo.yaml', startedAt: 0 },
};
const healthy: TunnelStatus = {
  ...{ state: 'healthy', detail: '7 ms', port: 50_443, route: undefined, latencyMs: 7, resumes: 0, sessionsBegun: 1 },
  ...{ sessions: [], bytesIn: 0, bytesOut: 0, openConnections: 0, since: 0, openedAt: 0 },
};
const resting: TunnelStatus = { ...healthy, state: 'resting', detail: 'nobody uses it', latencyMs: undefined };

function make(json: boolean) {
  const told = { out: '', err: '' };
  const io = { out: (text: string) => void (told.out += text), err: (text: string) => void (told.err += text) };
  return { told, say: tunnelSayer({ io, flag: (name: string) => json && name === 'json' } as unknown as CommandInput) };
}

describe('what a tunnel’s command says', () => {
  it('says that the API server answers only where it did', () => {
    const well = make(false);
    well.say.ready(record, healthy);
    assert.match(well.told.out, /^demo answers at 127\.0\.0\.1:50443 \(7 ms\)\n/);
    const calm = make(false);
    calm.say.ready(record, resting);
    calm.say.status(resting);
    assert.match(calm.told.out, /^demo is at 127\.0\.0\.1:50443, resting\n/);
    assert.equal(calm.told.err, 'resting: nobody uses it\n');
  });

  it('is a state of its own in JSON', () => {
    const { told, say } = make(true);
    say.ready(record, healthy);
    for (const status of [healthy, { ...healthy, detail: '9 ms', latencyMs: 9 }, resting, resting, healthy])
      say.status(status);
    const [, ...states] = told.out
      .trimEnd()
      .split('\n')
      .map(line => (JSON.parse(line) as { state?: string }).state);
    assert.deepEqual(states, ['healthy', 'resting', 'healthy']);
    assert.ok(!told.out.includes('secret'));
  });
});
