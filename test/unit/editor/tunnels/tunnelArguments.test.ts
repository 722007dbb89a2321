import assert from 'node:assert/strict';
import { tunnelInput, tunnelOptions } from '../../../../src/cli/tunnelInput.ts';
import type { CommandInput } from '../../../../src/cli/command.ts';
import {
  defaultTunnelSettings,
  tunnelArguments,
  type TunnelSettings,
} from '../../../../src/editor/tunnels/tunnelArguments.ts';

const opened = ['tunnel', 'payments', '--json', '--linger', '10'];

describe('what a tunnel is opened with', () => {
  it('is nothing but its name where the settings are as they were', () => {
    assert.deepEqual(tunnelArguments('payments', defaultTunnelSettings), opened);
  });

  it('leaves out only what the command line takes anyway', () => {
    const nothing = { text: () => undefined, flag: () => false } as unknown as CommandInput;
    const { choice, maxSessions, client, whenIdle, keepAlive, bastionIdleMinutes } = tunnelInput(nothing);
    const { route, ...mine } = defaultTunnelSettings;
    assert.deepEqual(
      { maxSessions, client, whenIdle, keepAlive, bastionIdleMinutes, kind: choice.kind },
      {
        ...{ maxSessions: mine.maxSessions, client: mine.client, whenIdle: mine.whenIdle },
        ...{ keepAlive: mine.keepAlive, bastionIdleMinutes: mine.bastionIdleMinutes, kind: route },
      },
    );
  });

  it('is what the settings say otherwise', () => {
    const settings = {
      ...defaultTunnelSettings,
      lingerMinutes: 0,
      route: 'instance',
      maxSessions: 2,
      client: 'plugin',
      document: 'OurForwarding',
      payloadSize: 4096,
      windowKiB: 1024,
    } as const;
    assert.deepEqual(tunnelArguments('payments', settings), [
      ...['tunnel', 'payments', '--json', '--linger', '0', '--route', 'instance', '--max-sessions', '2'],
      ...['--client', 'plugin', '--document', 'OurForwarding', '--payload-size', '4096', '--window-kib', '1024'],
    ]);
  });

  it('is a choice made for this once, before the setting', () => {
    const settings = { ...defaultTunnelSettings, route: 'bastion' } as const;
    assert.deepEqual(tunnelArguments('payments', settings, { kind: 'automatic' }), opened);
    assert.deepEqual(tunnelArguments('payments', settings, { kind: 'new-bastion' }).slice(5), [
      '--route',
      'new-bastion',
    ]);
    assert.deepEqual(
      tunnelArguments('payments', settings, { kind: 'instance', target: 'i-0123456789abcdef0' }).slice(5),
      ['--route', 'i-0123456789abcdef0'],
    );
  });

  it('is something that the command line takes', () => {
    const other = Object.fromEntries(
      Object.entries(defaultTunnelSettings).map(([name, value]) => [
        name,
        typeof value === 'boolean' ? !value : `${value}x`,
      ]),
    ) as unknown as TunnelSettings;
    const flags = tunnelArguments('payments', other).filter(argument => argument.startsWith('--'));
    const known = ['--json', ...Object.keys(tunnelOptions).map(name => `--${name}`)];
    assert.deepEqual(
      flags.filter(flag => !known.includes(flag)),
      [],
    );
    assert.equal(flags.length, Object.keys(defaultTunnelSettings).length + 1);
  });
});
