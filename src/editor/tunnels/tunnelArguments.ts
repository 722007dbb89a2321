import type { RouteChoice } from '../../core/tunnel/route/route.ts';

/** As the settings say it, the defaults filled in. */
export interface TunnelSettings {
  readonly lingerMinutes: number;
  readonly route: 'automatic' | 'direct' | 'instance' | 'bastion';
  readonly maxSessions: number;
  readonly client: 'native' | 'plugin';
  readonly pluginPath: string;
  readonly document: string;
  readonly payloadSize: number;
  readonly windowKiB: number;
  readonly whenIdle: 'at-once' | 'next-connection';
  readonly keepAlive: boolean;
  readonly bastionImage: string;
  readonly bastionTtlMinutes: number;
  readonly bastionIdleMinutes: number;
}

/** The command line's own defaults: what is as they are is not said. */
export const defaultTunnelSettings: TunnelSettings = {
  lingerMinutes: 10,
  route: 'automatic',
  maxSessions: 4,
  client: 'native',
  pluginPath: '',
  document: '',
  payloadSize: 1024,
  windowKiB: 512,
  whenIdle: 'next-connection',
  keepAlive: false,
  bastionImage: '',
  bastionTtlMinutes: 480,
  bastionIdleMinutes: 30,
};

const flags = {
  maxSessions: '--max-sessions',
  client: '--client',
  pluginPath: '--plugin-path',
  document: '--document',
  payloadSize: '--payload-size',
  windowKiB: '--window-kib',
  whenIdle: '--idle',
  bastionImage: '--bastion-image',
  bastionTtlMinutes: '--bastion-ttl',
  bastionIdleMinutes: '--bastion-idle',
} as const satisfies Partial<Record<keyof TunnelSettings, string>>;

/** What opens a tunnel. A choice made for this once wins over the setting. */
export function tunnelArguments(cluster: string, settings: TunnelSettings, choice?: RouteChoice): string[] {
  const route = choice ?? { kind: settings.route };
  return [
    ...['tunnel', cluster, '--json', '--linger', String(settings.lingerMinutes)],
    ...(route.kind === 'automatic' && route.target === undefined ? [] : ['--route', route.target ?? route.kind]),
    ...(Object.keys(flags) as (keyof typeof flags)[]).flatMap(name =>
      settings[name] === defaultTunnelSettings[name] ? [] : [flags[name], String(settings[name])],
    ),
    ...(settings.keepAlive ? ['--keep-alive'] : []),
  ];
}
