import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { duplexPair, type Duplex } from 'node:stream';
import tls from 'node:tls';
import { systemClock } from '../../../src/core/clock.ts';
import { openPortForward, type PortForward } from '../../../src/core/tunnel/forward/portForward.ts';
import { Account } from '../../../src/sandbox/kernel/account.ts';
import { clusterCertificates, servingCertificate } from '../../../src/sandbox/kubernetes/certificates.ts';
import { startAgentServer, type AgentServer } from './support/agentServer.ts';
import { openSession, type OpenSession } from './support/openSession.ts';

const host = 'api.example.test';
const lines = 60;

/**
 * As `kubectl exec -it` and `kubectl port-forward` use a tunnel: one TLS connection on which both sides speak whenever they like, for long. The
 * simulated Kubernetes API has no exec, so a target of the test's own stands behind the agent.
 */
describe('a long stream in both directions, in TLS', function () {
  this.timeout(60_000);
  const key = {
    account: new Account([], { accountId: '000000000000', now: Date.now() }),
    region: 'eu-west-1',
    cluster: 'demo',
  };
  let agent: AgentServer;
  let session: OpenSession;
  let forward: PortForward;
  let server: tls.TLSSocket | undefined;

  /** Repeats each line, and has something to say of its own after every third. */
  const target = async (): Promise<Duplex> => {
    const [near, far] = duplexPair();
    const { certPem: cert, keyPem } = servingCertificate(key, host);
    server = new tls.TLSSocket(far, { isServer: true, cert, key: keyPem });
    const socket = server;
    socket.on('error', () => socket.destroy());
    let heard = 0;
    createInterface({ input: socket })
      .on('line', line => {
        socket.write(`you said ${line}\n`);
        if (++heard % 3 === 0) socket.write(`news ${heard / 3}\n`);
      })
      .on('error', () => undefined);
    return near;
  };

  beforeEach(async () => {
    agent = await startAgentServer(target);
    session = await openSession(agent);
    forward = await openPortForward(0, async () => session.openStream());
  });
  afterEach(async () => {
    await session.channel.terminate();
    await forward.close();
    await agent.close();
  });

  for (const [what, strike] of [
    ['cut sockets', () => agent.gateway.act('drop-sockets')],
    ['hourly closes', () => agent.gateway.act('bye')],
    [
      'an agent that sends everything again',
      () => {
        agent.gateway.setFaults({ resendEverything: true });
        return 1;
      },
    ],
    [
      'lost, doubled and late messages',
      () => {
        agent.gateway.setFaults({ lose: 0.05, double: 0.1, reorder: 0.1 });
        return 1;
      },
    ],
  ] as const)
    it(`survives ${what}`, async () => {
      const { caPem: ca } = clusterCertificates(key);
      const socket = tls.connect({ port: forward.port, host: '127.0.0.1', servername: host, ca });
      await once(socket, 'secureConnect');
      assert.equal(socket.authorized, true);
      const heard: string[] = [];
      createInterface({ input: socket }).on('line', line => heard.push(line));
      const expected: string[] = [];
      for (let number = 1; number <= lines; number++) {
        socket.write(`${number}\n`);
        expected.push(`you said ${number}`);
        if (number % 3 === 0) expected.push(`news ${number / 3}`);
        // Three times in the middle of it, with words under way in both directions.
        if (number % 15 === 0) while (strike() === 0) await systemClock.sleep(2);
        if (number % 5 === 0) while (heard.length < expected.length - 4) await systemClock.sleep(2);
      }
      while (heard.length < expected.length) await systemClock.sleep(5);
      assert.deepEqual(heard, expected);
      assert.ok(!session.states.includes('ended'));
      socket.destroy();
    });
});
