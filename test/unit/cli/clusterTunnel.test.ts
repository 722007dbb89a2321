import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { clusterTunnel } from '../../../src/cli/clusterTunnel.ts';
import type { AwsSession } from '../../../src/core/aws/awsSession.ts';
import { serveControl } from '../../../src/core/tunnel/process/controlServer.ts';
import { controlPath, writeTunnelRecord } from '../../../src/core/tunnel/process/tunnelRecord.ts';
import type { TunnelStatus } from '../../../src/core/tunnel/supervisor/tunnelStatus.ts';

const accountId = '000000000000';
const key = { accountId, region: 'eu-west-1', cluster: 'demo' };
const status: TunnelStatus = {
  ...{ state: 'resting', detail: 'nobody uses it', port: 50_443, route: undefined, latencyMs: undefined, resumes: 0 },
  ...{ sessionsBegun: 1, sessions: [], bytesIn: 0, bytesOut: 0, openConnections: 0, since: 0, openedAt: 0 },
};

describe('the tunnel that the status of a cluster shows', () => {
  it('is the one of its account and region that answers, in its own words; where there is none, nobody is asked', async () => {
    const home = mkdtempSync(path.join(os.tmpdir(), 'private-eks-status-'));
    let asked = 0;
    const sts = { send: async () => (asked++, { Account: accountId, Arn: `arn:aws:iam::${accountId}:user/u` }) };
    const session = { region: 'eu-west-1', client: async () => sts } as unknown as AwsSession;
    const control = controlPath(home, key, process.platform);
    const own = {
      version: 1,
      control,
      token: 'right',
      pid: 1,
      port: 50_443,
      kubeconfig: '/demo.yaml',
      startedAt: 0,
    } as const;
    try {
      assert.equal(await clusterTunnel(home, session, 'demo'), undefined);
      await writeTunnelRecord(home, { ...own, ...key, region: 'us-east-1' });
      assert.equal(await clusterTunnel(home, session, 'demo'), undefined);
      assert.equal(asked, 0);
      await writeTunnelRecord(home, { ...own, ...key });
      await writeTunnelRecord(home, { ...own, ...key, accountId: '111111111111', token: 'another' });
      assert.equal(await clusterTunnel(home, session, 'demo'), undefined, 'a killed one is none');
      const server = await serveControl({
        ...{ path: control, token: 'right', onOrder: () => undefined, onAttached: () => undefined },
        current: () => [{ type: 'status', status }],
      });
      const { port, state, detail, latencyMs } = status;
      const shown = await clusterTunnel(home, session, 'demo');
      await server.close();
      assert.deepEqual(shown, { port, state, detail, latencyMs, kubeconfig: '/demo.yaml' });
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
});
