import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WebSocketServer } from 'ws';
import { openSession } from '../../../src/core/aws/openSession.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { PrivateEksError } from '../../../src/core/errors.ts';
import { sessionApi } from '../../../src/core/tunnel/session/sessionApi.ts';
import { sessionDial } from '../../../src/core/tunnel/session/sessionDial.ts';
import { clusterCertificates, servingCertificate } from '../../../src/sandbox/kubernetes/certificates.ts';
import { testCluster } from '../kubernetes/support/testCluster.ts';

/** What a private service answers: AWS's own host, which this machine is never to reach in a test. */
const streamUrl =
  'wss://ssmmessages.eu-west-1.amazonaws.com/v1/data-channel/s-1?role=publish_subscribe&cell-number=a+/1=';

describe('a profile that puts its own endpoints and authority in AWS’s place', () => {
  const { key } = testCluster();
  let server: Server;
  let dir: string;
  let origin: string;
  let calls: string[];

  beforeEach(async () => {
    calls = [];
    dir = await mkdtemp(path.join(tmpdir(), 'private-eks-endpoints-'));
    await writeFile(path.join(dir, 'ca.pem'), clusterCertificates(key).caPem);
    const { certPem, keyPem } = servingCertificate(key, 'localhost');
    server = createServer({ cert: certPem, key: keyPem }, (request, response) => {
      request.resume();
      calls.push(String(request.headers['x-amz-target']));
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      response.end(JSON.stringify({ SessionId: 's-1', TokenValue: 'token', StreamUrl: streamUrl }));
    });
    const sockets = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, socket, head) => {
      calls.push(String(request.url));
      sockets.handleUpgrade(request, socket, head, client => client.on('message', data => client.send(data as Buffer)));
    });
    server.on('tlsClientError', () => calls.push('refused by the client'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await rm(dir, { recursive: true, force: true });
  });

  /** Starts a session and opens its stream, as the tunnel does. */
  async function reach(profile: readonly string[], sections = '', env: Record<string, string> = {}): Promise<void> {
    const place = { configFile: path.join(dir, 'config'), credentialsFile: path.join(dir, 'credentials') };
    await writeFile(
      place.configFile,
      `[profile work]\nregion = eu-west-1\naws_access_key_id = AKIA1\naws_secret_access_key = s\n${profile.join('\n')}\n${sections}`,
    );
    const session = await openSession({ ...place, profile: 'work', env });
    try {
      const signal = AbortSignal.timeout(5000);
      const grant = await sessionApi(session).start({ target: 'i-1', port: 443 }, 'test', signal);
      const socket = await (await sessionDial(session, { env, clock: systemClock }))(grant.streamUrl, signal);
      const answered = new Promise<string>(resolve => {
        socket.onMessage = data => resolve(Buffer.from(data).toString());
      });
      socket.send(Buffer.from('through'));
      assert.equal(await answered, 'through');
      socket.terminate();
    } finally {
      session.dispose();
    }
  }

  const trusted = () => `ca_bundle = ${path.join(dir, 'ca.pem')}`;
  const both = ['AmazonSSM.StartSession', streamUrl.slice(streamUrl.indexOf('/v1'))];

  it('reaches the calls and the stream by its services section', async () => {
    const section = `[services vpc]\nssm =\n  endpoint_url = ${origin}\nssmmessages =\n  endpoint_url = ${origin}\n`;
    await reach([trusted(), 'services = vpc'], section);
    assert.deepEqual(calls, both);
  });

  it('reaches both by its endpoint_url', async () => {
    await reach([trusted(), `endpoint_url = ${origin}`]);
    assert.deepEqual(calls, both);
  });

  it('gives way to the environment, for the stream too', async () => {
    const env = { AWS_ENDPOINT_URL_SSMMESSAGES: origin, AWS_ENDPOINT_URL_SSM: origin };
    await reach([trusted(), 'endpoint_url = https://127.0.0.1:9'], '', env);
    assert.deepEqual(calls, both);
  });

  it('trusts AWS_CA_BUNDLE before its own ca_bundle', async () => {
    const env = { AWS_CA_BUNDLE: path.join(dir, 'ca.pem') };
    await reach(['ca_bundle = /nowhere', `endpoint_url = ${origin}`], '', env);
    assert.deepEqual(calls, both);
  });

  it('is not trusted for its endpoints alone', async () => {
    const env = { AWS_MAX_ATTEMPTS: '1' };
    await assert.rejects(reach([`endpoint_url = ${origin}`], '', env));
    assert.ok(!calls.includes(both[0] ?? ''), 'the call was made to a server that nobody vouches for');
  });

  it('is told when its ca_bundle cannot be read', async () => {
    const missing = path.join(dir, 'none.pem');
    await assert.rejects(reach([`ca_bundle = ${missing}`]), (error: unknown) => {
      assert.ok(error instanceof PrivateEksError);
      assert.equal(error.code, 'ca-bundle-unreadable');
      assert.ok(error.message.includes(missing));
      return true;
    });
  });
});
