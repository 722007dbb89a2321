import assert from 'node:assert/strict';
import { ChannelGateway } from '../../../../src/sandbox/agent/channelGateway.ts';
import { portSessions } from '../../../../src/sandbox/agent/portSession.ts';
import type { Account } from '../../../../src/sandbox/kernel/account.ts';
import { handleControl } from '../../../../src/sandbox/shell/control.ts';
import { eksAccount } from '../eks/eksAccount.ts';

interface State {
  readonly endpointAccess: readonly { cluster: string; endpointPublicAccess: boolean }[];
  readonly sessions: readonly object[];
}

function ask(account: Account, method: string, route: string, body: object = {}): { status: number; said: State } {
  const request = { method, target: '', headers: {}, body: Buffer.from(JSON.stringify(body)) };
  const { status, body: text } = handleControl(account, route, request);
  return { status, said: JSON.parse(String(text)) as State };
}

const session = { region: 'eu-west-1', target: 'i-0', host: 'api', portNumber: '443', owner: 'me', token: undefined };

describe('the control URL', () => {
  it('remembers every state of every endpoint, also of clusters that are gone', () => {
    const { account, eks, pass, activeCluster } = eksAccount();
    activeCluster([]);
    const seen = () => ask(account, 'GET', '/state').said.endpointAccess.map(access => access.endpointPublicAccess);
    assert.deepEqual(seen(), [false]);
    eks('UpdateClusterConfig', { name: 'demo', resourcesVpcConfig: { endpointPublicAccess: true } });
    pass(600);
    eks('UpdateClusterConfig', { name: 'demo', resourcesVpcConfig: { endpointPublicAccess: false } });
    pass(600);
    assert.deepEqual(seen(), [false, true, false]);
    eks('DeleteCluster', { name: 'demo' });
    pass(1200);
    assert.ok(!account.resources().some(({ type }) => type === 'AWS::EKS::Cluster'));
    assert.deepEqual(seen(), [false, true, false]);
  });

  it('cuts data channels, and counts them', () => {
    const { account } = eksAccount();
    new ChannelGateway({ account, dial: () => () => Promise.reject(new Error('unused')) });
    const { status, said } = ask(account, 'POST', '/faults', { effect: 'drop-sockets' });
    assert.deepEqual([status, said], [201, { dropped: 0 }]);
  });

  it('shows sessions, and ends those whose agents went with an earlier process', () => {
    const { account } = eksAccount();
    portSessions(account).set('s-1', { ...session, sessionId: 's-1', status: 'connected', cell: '' });
    assert.deepEqual(ask(account, 'GET', '/state').said.sessions, [
      { sessionId: 's-1', target: 'i-0', status: 'connected' },
    ]);
    new ChannelGateway({ account, dial: () => () => Promise.reject(new Error('unused')) });
    assert.deepEqual(ask(account, 'GET', '/state').said.sessions, [
      { sessionId: 's-1', target: 'i-0', status: 'terminated' },
    ]);
  });
});
