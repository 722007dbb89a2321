import { parseRouteChoice } from '../core/tunnel/route/routeChoice.ts';
import type { RouteChoice } from '../core/tunnel/route/route.ts';
import type { ChannelSettings } from '../core/tunnel/channel/channelSettings.ts';
import { UsageError, type CommandInput, type Option } from './command.ts';

export const tunnelOptions = {
  port: { type: 'string', value: 'N', help: 'Listen on 127.0.0.1:N; default: any free port' },
  route: {
    type: 'string',
    value: 'ROUTE',
    help: 'automatic, direct, instance, bastion, new-bastion (costs money), or a target: i-…, ecs:…',
  },
  'max-sessions': { type: 'string', value: 'N', help: 'Most sessions at once, 1 to 16; default 4' },
  idle: {
    type: 'string',
    value: 'WHEN',
    help: 'After the account’s idle timeout, a new session at the next-connection (default), or at-once',
  },
  'keep-alive': {
    type: 'boolean',
    help: 'Probe also while nobody uses the tunnel, against the account’s idle timeout',
  },
  linger: {
    type: 'string',
    value: 'MINUTES',
    help: 'End so long after the last editor window has let go; default: at a signal',
  },
  client: { type: 'string', value: 'CLIENT', help: 'native (default), or plugin: AWS’s session-manager-plugin' },
  'plugin-path': { type: 'string', value: 'FILE', help: 'Where session-manager-plugin is; default: the usual places' },
  document: { type: 'string', value: 'NAME', help: 'Session document of your own, with the same parameters' },
  'payload-size': { type: 'string', value: 'BYTES', help: 'Bytes in one message, 256 to 32768; default 1024' },
  'window-kib': { type: 'string', value: 'KIB', help: 'KiB on their way unacknowledged, 16 to 8192; default 512' },
  'bastion-image': { type: 'string', value: 'IMAGE', help: 'Image of a new bastion; default AWS’s own' },
  'bastion-idle': {
    type: 'string',
    value: 'MINUTES',
    help: 'Stop the bastion, and end, when nobody has used it for so long; 0: never; default 30',
  },
  'bastion-ttl': { type: 'string', value: 'MINUTES', help: 'A new bastion ends by itself after so long; default 480' },
} as const satisfies Record<string, Option>;

/** What was asked for, checked. */
export interface TunnelInput {
  readonly port: number;
  readonly choice: RouteChoice;
  readonly maxSessions: number;
  readonly whenIdle: 'at-once' | 'next-connection';
  readonly keepAlive: boolean;
  readonly lingerMinutes: number | undefined;
  readonly client: 'native' | 'plugin';
  readonly pluginPath: string | undefined;
  readonly document: string | undefined;
  readonly settings: Partial<ChannelSettings>;
  readonly bastionImage: string | undefined;
  readonly bastionTtlSeconds: number | undefined;
  readonly bastionIdleMinutes: number;
}

/** @throws UsageError */
export function tunnelInput(input: CommandInput): TunnelInput {
  const number = (name: string, least: number, most: number) => numberOption(input, name, least, most);
  const text = (name: string) => input.text(name)?.trim() || undefined;
  const payloadSize = number('payload-size', 256, 32_768);
  const windowKib = number('window-kib', 16, 8192);
  const ttlMinutes = number('bastion-ttl', 1, 1440);
  return {
    port: number('port', 0, 65_535) ?? 0,
    choice: routeOption(text('route')),
    maxSessions: number('max-sessions', 1, 16) ?? 4,
    whenIdle: oneOf(text('idle'), 'idle', ['next-connection', 'at-once']),
    keepAlive: input.flag('keep-alive'),
    lingerMinutes: number('linger', 0, 1440),
    client: oneOf(text('client'), 'client', ['native', 'plugin']),
    pluginPath: text('plugin-path'),
    document: text('document'),
    settings: {
      ...(payloadSize === undefined ? {} : { payloadSize }),
      ...(windowKib === undefined ? {} : { windowBytes: windowKib * 1024 }),
    },
    bastionImage: text('bastion-image'),
    bastionTtlSeconds: ttlMinutes === undefined ? undefined : ttlMinutes * 60,
    bastionIdleMinutes: number('bastion-idle', 0, 1440) ?? 30,
  };
}

function routeOption(text: string | undefined): RouteChoice {
  const choice = text === undefined ? { kind: 'automatic' as const } : parseRouteChoice(text);
  if (choice) return choice;
  throw new UsageError(`--route is automatic, direct, instance, bastion, new-bastion or a target, not "${text}".`);
}

/** The first is the default. */
function oneOf<T extends string>(text: string | undefined, name: string, values: readonly [T, ...T[]]): T {
  const value = text === undefined ? values[0] : values.find(known => known === text);
  if (value !== undefined) return value;
  throw new UsageError(`--${name} is ${values.join(' or ')}, not "${text}".`);
}

function numberOption(input: CommandInput, name: string, least: number, most: number): number | undefined {
  const text = input.text(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < least || value > most)
    throw new UsageError(`--${name} is a whole number from ${least} to ${most}, not "${text}".`);
  return value;
}
