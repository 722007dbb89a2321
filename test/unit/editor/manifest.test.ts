import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { commandIds } from '../../../src/editor/commands/commandIds.ts';
import {
  accountContext,
  bastionContext,
  clusterContext,
  messageContexts,
  runContext,
  tunnelContext,
} from '../../../src/editor/tree/contextValue.ts';
import type { RunStatus } from '../../../src/core/run/runView.ts';
import type { TunnelState } from '../../../src/core/tunnel/supervisor/tunnelStatus.ts';
import { specFileSuffix } from '../../../src/core/spec/specFile.ts';
import { defaultTunnelSettings } from '../../../src/editor/tunnels/tunnelArguments.ts';

interface MenuItem {
  /** Absent on a submenu. */
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
  readonly group?: string;
}
interface Manifest {
  readonly icon: string;
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category?: string }[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly submenus: readonly { readonly id: string; readonly label: string }[];
    readonly configuration: {
      readonly properties: Readonly<
        Record<string, { readonly scope?: string; readonly order: number; readonly markdownDescription: string }>
      >;
    };
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon: string }[]>>;
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string }[];
    readonly keybindings: readonly object[];
    readonly walkthroughs?: readonly {
      readonly steps: readonly {
        readonly description: string;
        readonly completionEvents?: readonly string[];
        readonly media: { readonly markdown?: string; readonly svg?: string; readonly image?: string };
      }[];
    }[];
  };
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
}

const root = path.resolve(import.meta.dirname, '../../..');
const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;
const { contributes } = manifest;

const runStatuses: readonly RunStatus[] = [
  'running',
  'cancelling',
  'waiting-for-sign-in',
  'done',
  'failed',
  'cancelled',
  'interrupted',
];
const tunnelStates: readonly TunnelState[] = [
  'finding-route',
  'opening',
  'healthy',
  'resting',
  'degraded',
  'resuming',
  'waiting-for-sign-in',
  'ended',
];
const contexts = {
  accounts: [true, false].flatMap(sandbox => [
    accountContext(sandbox, false, true),
    ...[true, false].map(out => accountContext(sandbox, out)),
  ]),
  clusters: ['ACTIVE', 'CREATING', 'DELETING', 'FAILED', 'UPDATING'].flatMap(status =>
    [true, false].flatMap(connected => [true, false].map(busy => clusterContext(status, connected, busy))),
  ),
  runs: (['create', 'update', 'upgrade', 'delete'] as const).flatMap(kind =>
    runStatuses.flatMap(status => [false, true].map(isPast => runContext({ kind, status }, isPast))),
  ),
  messages: Object.values(messageContexts),
  bastions: ['section:bastions', ...(['starting', 'ready', 'stopping'] as const).map(bastionContext)],
  tunnels: [undefined, ...tunnelStates].map(tunnelContext),
};

describe('the manifest and the code', () => {
  it('know the same commands, both ways', () => {
    assert.deepEqual(contributes.commands.map(({ command }) => command).sort(), [...commandIds].sort());
  });

  it('name no other command anywhere', () => {
    // VS Code makes a command of each view, which shows it.
    const ids = new Set<string>([...commandIds, 'privateEks.runs.focus', 'privateEks.clusters.focus']);
    const links = JSON.stringify(manifest).matchAll(/(?:onC|c)ommand:(privateEks[\w.]+)/g);
    const named = [
      ...Object.values(contributes.menus).flatMap(items => items.flatMap(({ command }) => command ?? [])),
      ...[...JSON.stringify(contributes.keybindings).matchAll(/privateEks\.[a-z]+\.[a-zA-Z]+(?=","args)/g)].map(
        ([id]) => id,
      ),
      ...[...links].map(([, id]) => id ?? ''),
    ];
    assert.deepEqual(
      named.filter(id => !ids.has(id)),
      [],
    );
  });

  it('know the same submenus, both ways', () => {
    const shown = Object.values(contributes.menus).flatMap(items => items.flatMap(({ submenu }) => submenu ?? []));
    assert.deepEqual([...new Set(shown)].sort(), contributes.submenus.map(({ id }) => id).sort());
    for (const { id } of contributes.submenus) assert.ok((contributes.menus[id] ?? []).length > 0, id);
  });

  it('let a command be found in the palette, unless it says nothing without its place', () => {
    const hidden = (contributes.menus['commandPalette'] ?? []).map(({ command }) => command);
    assert.deepEqual(hidden, ['privateEks.status.actions']);
  });

  it('have a place for Export… at a spec and its planner, and for Write Spec… at a cluster, away from the row’s own menu', () => {
    const title = contributes.menus['editor/title']?.find(({ command }) => command === 'privateEks.spec.export');
    assert.doesNotMatch(title?.group ?? 'navigation', /^navigation/);
    const [, pattern = ''] = /resourceFilename =~ \/(.+?)\/ /.exec(title?.when ?? '') ?? [];
    assert.ok(new RegExp(pattern).test(`demo${specFileSuffix}`) && !new RegExp(pattern).test('demo.yaml'));
    assert.ok(title?.when?.endsWith('|| activeWebviewPanelId == privateEks.planner'));
    const change = contributes.menus['privateEks.change'] ?? [];
    assert.deepEqual(
      change.map(({ command, when }) => [command, when !== undefined]),
      [
        ['privateEks.cluster.update', true],
        ['privateEks.cluster.upgrade', true],
        ['privateEks.cluster.checkDrift', false],
        ['privateEks.cluster.writeSpec', false],
      ],
    );
  });

  it('name views that exist, and activate for their panels', () => {
    const views = Object.values(contributes.views).flatMap(list => list.map(({ id }) => id));
    const named = Object.values(contributes.menus).flatMap(items =>
      items.flatMap(({ when = '' }) => [...when.matchAll(/view == ([\w.]+)/g)].map(([, view]) => view ?? '')),
    );
    for (const view of [...named, ...contributes.viewsWelcome.map(({ view }) => view)])
      assert.ok(views.includes(view), view);
    assert.deepEqual(
      manifest.activationEvents,
      ['run', 'planner', 'tunnel'].map(panel => `onWebviewPanel:privateEks.${panel}`),
    );
  });

  it('have every file that the manifest names', () => {
    const { icon, contributes: parts } = manifest;
    const media = (parts.walkthroughs ?? []).flatMap(({ steps }) =>
      steps.flatMap(step => Object.values(step.media).filter(file => /\.(md|svg|png)$/.test(file))),
    );
    const icons = Object.values(parts.views).flatMap(list => list.map(view => view.icon));
    for (const file of [icon, ...icons, ...media]) assert.ok(fs.existsSync(path.join(root, file)), file);
  });

  it('leave no path of a program to a workspace', () => {
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    const { properties } = contributes.configuration;
    for (const name of Object.keys(properties).filter(key => /[pP]ath$|\.(image|document|client)$/.test(key)))
      assert.ok(restrictedConfigurations.includes(name), name);
    for (const name of restrictedConfigurations) assert.equal(properties[name]?.scope, 'machine', name);
  });

  it('leave tunnels and bastions to the machine, never to a workspace', () => {
    for (const [name, { scope }] of Object.entries(contributes.configuration.properties))
      if (/^privateEks\.(tunnel|bastion)\./.test(name)) assert.equal(scope, 'machine', name);
  });

  it('have the same defaults', () => {
    const { properties } = contributes.configuration as { properties: Readonly<Record<string, { default?: unknown }>> };
    const told = Object.entries(properties).flatMap(([name, { default: value }]) => {
      const [, group, key = ''] = /^privateEks\.(tunnel|bastion)\.(\w+)$/.exec(name) ?? [];
      const own = group === 'bastion' ? `bastion${key.charAt(0).toUpperCase()}${key.slice(1)}` : key;
      return group ? [[own, value]] : [];
    });
    assert.deepEqual(Object.fromEntries(told), defaultTunnelSettings);
  });
});

describe('menus of rows', () => {
  const items = contributes.menus['view/item/context'] ?? [];
  const all = Object.values(contexts).flat();

  /** The row's part of a `when`: every `viewItem` test must hold. */
  const applies = ({ when = '' }: MenuItem, context: string) =>
    [...when.matchAll(/viewItem == ([\w:-]+)/g)].every(([, value]) => value === context) &&
    [...when.matchAll(/viewItem =~ \/((?:[^/\\]|\\.)+)\//g)].every(([, pattern]) =>
      new RegExp(pattern ?? '').test(context),
    );
  const viewOf = (context: string) => (context.startsWith('run:') ? 'privateEks.runs' : 'privateEks.clusters');
  const commandsOf = (context: string, group: RegExp) => [
    ...new Set(
      items
        .filter(item => item.when?.includes(viewOf(context)) && group.test(item.group ?? '') && applies(item, context))
        .map(({ command, submenu = '' }) => (command ?? submenu).replace('privateEks.', '')),
    ),
  ];
  const inline = (context: string) => commandsOf(context, /^inline/);
  const menu = (context: string) => commandsOf(context, /^\d/);

  it('each apply to some row', () => {
    for (const item of items)
      assert.ok(
        all.some(context => item.when?.includes(viewOf(context)) && applies(item, context)),
        `${item.command ?? item.submenu} when ${item.when}`,
      );
  });

  it('offer Connect on a ready cluster, and the terminal once it is connected', () => {
    assert.deepEqual(inline(clusterContext('ACTIVE', false, false)), ['cluster.connect']);
    assert.deepEqual(inline(clusterContext('ACTIVE', true, false)), ['cluster.openTerminal', 'cluster.disconnect']);
    assert.deepEqual(inline(clusterContext('CREATING', false, true)), []);
    assert.deepEqual(menu(clusterContext('FAILED', false, false)), ['cluster.copyArn', 'cluster.delete']);
  });

  it('offer on a tunnel to show it and to choose another route, and everything else in its menu', () => {
    assert.deepEqual(inline(tunnelContext('healthy')), ['tunnel.open', 'tunnel.changeRoute']);
    assert.ok(inline(tunnelContext('waiting-for-sign-in')).includes('account.signIn'));
    assert.deepEqual(inline(tunnelContext(undefined)), ['cluster.connect']);
    for (const state of tunnelStates.filter(known => known !== 'ended'))
      assert.deepEqual(
        menu(tunnelContext(state)).sort(),
        [
          'kubeconfig',
          'tunnel.open',
          'tunnel.changeRoute',
          'tunnel.reconnect',
          'tunnel.copyDiagnostics',
          'cluster.openTerminal',
          'cluster.disconnect',
        ].sort(),
      );
  });

  it('offer to stop a bastion that is not stopping already, and to sweep where bastions are', () => {
    assert.deepEqual(inline(bastionContext('ready')), ['bastion.extend', 'bastion.stop']);
    assert.deepEqual(inline(bastionContext('starting')), ['bastion.stop']);
    assert.deepEqual(inline(bastionContext('stopping')), []);
    assert.deepEqual(inline('section:bastions'), ['bastion.start', 'bastion.sweep']);
  });

  it('offer to cancel what runs and to take up what stopped and can be carried on, never both', () => {
    for (const context of contexts.runs) {
      const [cancel, retry] = ['run.cancel', 'run.retry'].map(id => menu(context).includes(id));
      const [, , status = '', past] = context.split(':');
      const isPast = past !== undefined;
      assert.equal(cancel, ['running', 'waiting-for-sign-in'].includes(status) && !isPast, context);
      assert.equal(retry, ['failed', 'cancelled', 'interrupted'].includes(status) && !isPast, context);
    }
  });

  it('offer to sign in where the sign-in has expired, and only there', () => {
    assert.deepEqual(inline(accountContext(false, true)), ['account.signIn']);
    assert.deepEqual(inline(accountContext(false, false)), []);
    assert.deepEqual(inline(messageContexts.signIn), ['account.signIn']);
    assert.deepEqual(inline(messageContexts.failed), ['clusters.refresh']);
    assert.deepEqual(inline(messageContexts.none), ['createCluster']);
  });

  it('hold at most seven entries', () => {
    for (const context of all) assert.ok(menu(context).length <= 7, context);
  });
});
