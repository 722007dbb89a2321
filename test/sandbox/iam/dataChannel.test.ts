import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { signUpgrade } from '../../../src/core/tunnel/session/signUpgrade.ts';
import { dataChannels } from '../../../src/sandbox/agent/dataChannels.ts';
import { portSessions } from '../../../src/sandbox/agent/portSession.ts';
import { issueCredential } from '../../../src/sandbox/kernel/credential.ts';
import { rows } from '../../../src/sandbox/services/iam/rows.ts';
import { startSandbox, type RunningSandbox } from '../../../src/sandbox/shell/startSandbox.ts';

const region = 'us-east-1';
const accountId = '000000000000';
const sessionId = 'jane-0a1b2c';

describe('the signed upgrade of a data channel', () => {
  let running: RunningSandbox;
  before(async () => {
    running = await startSandbox({ region, channels: dataChannels });
    const { account } = running.sandbox;
    portSessions(account).set(sessionId, {
      sessionId,
      region,
      target: 'i-0123456789abcdef0',
      host: 'x',
      portNumber: '443',
      owner: `arn:aws:sts::${accountId}:assumed-role/operator/jane`,
      status: 'connected',
      token: 'token',
      cell: 'cell',
    });
  });
  after(() => running.close());

  const status = async (headers: Record<string, string>) => {
    const url = `${running.endpoint.replace('http', 'ws')}/v1/data-channel/${sessionId}?role=publish_subscribe&cell-number=cell`;
    const socket = new WebSocket(url, { headers });
    socket.on('error', () => undefined);
    const refused = once(socket, 'unexpected-response').then(([, answer]) => (answer as IncomingMessage).statusCode);
    try {
      return await Promise.race([refused, once(socket, 'open').then(() => 101)]);
    } finally {
      socket.terminate();
    }
  };
  const signedBy = async (inline: object | undefined, more: { secretAccessKey?: string } = {}) => {
    const { account } = running.sandbox;
    const statement = { Version: '2012-10-17', Statement: inline ?? [] };
    rows({ account }, 'roles').set('operator', {
      RoleName: 'operator',
      RoleId: 'AROAEXAMPLE',
      Arn: `arn:aws:iam::${accountId}:role/operator`,
      Path: '/',
      CreateDate: new Date(),
      Tags: [],
      AssumeRolePolicyDocument: '{}',
      MaxSessionDuration: 3600,
      attached: [],
      inline: { p: JSON.stringify(statement) },
    });
    const arn = `arn:aws:sts::${accountId}:assumed-role/operator/jane`;
    const keys = issueCredential(
      account,
      { accountId, arn, userId: 'AROAEXAMPLE:jane' },
      { expiresAt: Date.now() + 60_000 },
    );
    const sign = signUpgrade(() => Promise.resolve({ ...keys, ...more }), region, Date.now);
    const url = `${running.endpoint}/v1/data-channel/${sessionId}?role=publish_subscribe&cell-number=cell`;
    return (await sign(url, new AbortController().signal)) ?? {};
  };
  const allow = (Resource: string) => ({ Effect: 'Allow', Action: 'ssmmessages:OpenDataChannel', Resource });

  it('needs leave for the session', async () => {
    assert.equal(await status(await signedBy(allow(`arn:aws:ssm:${region}:${accountId}:session/jane-*`))), 101);
    assert.equal(await status(await signedBy(allow(`arn:aws:ssm:${region}:${accountId}:session/joe-*`))), 403);
    assert.equal(await status(await signedBy(undefined)), 403);
  });

  it('must be right where it is there, and need not be there', async () => {
    const wrong = { secretAccessKey: 'x'.repeat(40) };
    assert.equal(await status(await signedBy(allow('*'), wrong)), 403);
    assert.equal(await status({}), 101);
  });
});
