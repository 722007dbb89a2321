import assert from 'node:assert/strict';
import { UsageError, type CommandInput } from '../../../src/cli/command.ts';
import { tunnelInput } from '../../../src/cli/tunnelInput.ts';

function given(options: Readonly<Record<string, string | true>> = {}): CommandInput {
  return {
    io: {} as CommandInput['io'],
    positionals: ['demo'],
    text: name => (typeof options[name] === 'string' ? options[name] : undefined),
    texts: () => [],
    flag: name => options[name] === true,
  };
}

describe('what a tunnel is asked for', () => {
  it('has defaults', () => {
    const { choice, maxSessions, whenIdle, keepAlive, client, port, settings, lingerMinutes } = tunnelInput(given());
    assert.deepEqual([choice, maxSessions, whenIdle], [{ kind: 'automatic' }, 4, 'next-connection']);
    assert.deepEqual([keepAlive, client, port, lingerMinutes], [false, 'native', 0, undefined]);
    assert.deepEqual(settings, {});
  });

  it('is read', () => {
    const asked = tunnelInput(
      given({
        ...{ route: 'i-0123456789abcdef0', 'max-sessions': '2', idle: 'at-once', 'keep-alive': true },
        ...{ 'payload-size': '4096', 'window-kib': '1024', client: 'plugin', 'bastion-ttl': '60', document: ' Own ' },
      }),
    );
    assert.deepEqual(asked.choice, { kind: 'instance', target: 'i-0123456789abcdef0' });
    assert.deepEqual([asked.maxSessions, asked.whenIdle, asked.keepAlive], [2, 'at-once', true]);
    assert.deepEqual(asked.settings, { payloadSize: 4096, windowBytes: 1024 * 1024 });
    assert.deepEqual([asked.client, asked.bastionTtlSeconds, asked.document], ['plugin', 3600, 'Own']);
  });

  const wrong = [
    ['port', '70000'],
    ['port', '1.5'],
    ['max-sessions', '0'],
    ['max-sessions', '17'],
    ['route', 'vpn'],
    ['route', 'i-; rm'],
    ['idle', 'never'],
    ['client', 'aws'],
    ['payload-size', '10'],
    ['window-kib', ''],
    ['linger', '-1'],
  ] as const;
  for (const [name, value] of wrong)
    it(`refuses --${name} "${value}"`, () => {
      assert.throws(
        () => tunnelInput(given({ [name]: value })),
        (error: unknown) => error instanceof UsageError && error.message.startsWith(`--${name} is `),
      );
    });
});
