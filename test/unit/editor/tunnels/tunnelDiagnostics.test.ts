import fc from 'fast-check';
import assert from 'node:assert/strict';
import { redact, tunnelDiagnostics } from '../../../../src/editor/tunnels/tunnelDiagnostics.ts';
import { tunnelPanelState } from '../../../../src/editor/tunnels/tunnelPanelState.ts';
import { event, healthy, report, sessionStatus } from './tunnelSamples.ts';

const surroundings = {
  version: '0.1.0',
  editor: 'VS Code 1.139.1 (remote)',
  platform: 'linux x64',
  now: healthy.since + 90_000,
  privateFolders: ['/home/alice'],
};
const place = { accountId: '123456789012', region: 'eu-west-1', cluster: 'payments' };

const accountNumber = fc.stringMatching(/^[0-9]{12}$/);
const secretKey = fc.stringMatching(/^[A-Za-z0-9/+]{40}$/);
const token = fc.stringMatching(/^[A-Za-z0-9_-]{60,200}$/).map(text => `AAEAA${text}`);
const words = fc.constantFrom(
  'The socket was lost',
  'arn:aws:eks:eu-west-1:',
  'target',
  '(',
  'seen:',
  '"',
  ':cluster/a',
);

describe('a text for support', () => {
  it('never holds an account number, wherever it stands', () => {
    fc.assert(
      fc.property(words, accountNumber, words, (before, account, after) => {
        for (const text of [
          `${before} ${account} ${after}`,
          `${before.trimEnd()}:${account}:${after}`,
          `(${account})`,
          `/${account}/`,
        ])
          assert.ok(!redact(text).includes(account), redact(text));
      }),
    );
  });

  it('never holds a key or a token, wherever it stands', () => {
    fc.assert(
      fc.property(words, fc.oneof(secretKey, token), words, (before, secret, after) => {
        for (const text of [
          `${before} ${secret} ${after}`,
          `TokenValue=${secret}`,
          `{"TokenValue":"${secret}"}`,
          `wss://ssmmessages.eu-west-1.amazonaws.com/v1/data-channel/a-1?role=publish_subscribe&token=${secret}`,
          `https://user:${secret.replaceAll('/', '_')}@127.0.0.1:8080/path`,
          `Authorization: Bearer ${secret}`,
          `token: k8s-aws-v1.${secret}`,
        ])
          assert.ok(!redact(text).includes(secret), redact(text));
      }),
    );
  });

  for (const [text, expected] of [
    ['wss://host.example/v1/data-channel/s?token=abc next', 'wss://host.example/… next'],
    ['http://user:pass@127.0.0.1:3128', 'http://127.0.0.1:3128/…'],
    ['by alice@example.com', 'by <e-mail>'],
    ['session alice-0a1b2c3d4e5f60718 lost', 'session <name>-0a1b2c3d4e5f60718 lost'],
    ['key AKIAIOSFODNN7EXAMPLE', 'key <key id>'],
    ['password = hunter2;', 'password = <secret>;'],
    ['read /home/alice/.aws/config', 'read ~/.aws/config'],
    [
      'i-0123456789abcdef0 in vpc-0123456789abcdef0, sg-0a1b2c3d',
      'i-0123456789abcdef0 in vpc-0123456789abcdef0, sg-0a1b2c3d',
    ],
    ['at 10.40.12.7:443', 'at 10.40.12.7:443'],
    [
      `ecs:private-eks_${'0a'.repeat(16)}_${'0a'.repeat(16)}-1234567890`,
      `ecs:private-eks_${'0a'.repeat(16)}_${'0a'.repeat(16)}-1234567890`,
    ],
  ] as const)
    it(`says "${expected.slice(0, 60)}"`, () => assert.equal(redact(text, ['/home/alice']), expected));

  it('tells state, route, sessions, findings and log', () => {
    const memory = {
      status: { ...healthy, sessions: [{ ...sessionStatus, sessionId: 'alice-0a1b2c3d4e5f60718' }] },
      events: [
        event(1, { message: 'Opened for arn:aws:sts::123456789012:assumed-role/Admin/alice@example.com.' }),
        event(2, { severity: 'warning', message: 'The socket was lost.', cure: 'Resumed in 0.4 s.' }),
      ],
      report,
      samples: [],
    };
    const text = tunnelDiagnostics(tunnelPanelState(place, 'prod · 1234…9012', memory, surroundings.now), surroundings);
    for (const part of [
      'Tunnel to payments in eu-west-1',
      'State: healthy for 1 min',
      'Route: instance i-0123456789abcdef0',
      'session <name>-0a1b2c3d4e5f60718',
      'direct: unusable',
      '(needed: a route to 10.40.0.0/16)',
      'warning: The socket was lost. Resumed in 0.4 s.',
    ])
      assert.ok(text.includes(part), `${part} is not in\n${text}`);
    assert.doesNotMatch(text, /123456789012|alice|example\.com/);
  });

  it('says so when nobody knows the tunnel any more', () => {
    const text = tunnelDiagnostics(tunnelPanelState(place, 'prod', undefined, surroundings.now), surroundings);
    assert.match(text, /nobody knows this tunnel/);
  });
});
