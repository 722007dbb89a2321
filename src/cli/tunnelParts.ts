import { accessSync, constants } from 'node:fs';
import { spawn } from 'node:child_process';
import process from 'node:process';
import type { AwsSession } from '../core/aws/awsSession.ts';
import { systemClock, type Clock } from '../core/clock.ts';
import { PrivateEksError } from '../core/errors.ts';
import { dnsSuffixOf } from '../core/spec/regions.ts';
import type { ClusterReach } from '../core/tunnel/route/clusterAccess.ts';
import { findRoute } from '../core/tunnel/route/findRoute.ts';
import type { FindRoute } from '../core/tunnel/route/route.ts';
import { routeDeps } from '../core/tunnel/route/routeDeps.ts';
import { findPlugin } from '../core/tunnel/session/pluginPath.ts';
import { openPluginForward } from '../core/tunnel/session/pluginSession.ts';
import { openPluginSession } from '../core/tunnel/supervisor/pluginTunnelSession.ts';
import type { TunnelOptions } from '../core/tunnel/supervisor/tunnelOptions.ts';
import type { Io } from './io.ts';
import type { TunnelInput } from './tunnelInput.ts';

export interface TunnelSurroundings {
  readonly session: AwsSession;
  readonly cluster: ClusterReach;
  readonly accountClock: Clock;
  readonly env: Io['env'];
  readonly log: (message: string) => void;
}

/** The ways into the cluster's VPC; told is each bastion that was started on the way, not one that was joined. */
export function routeFinder(
  { session, cluster, accountClock, log }: TunnelSurroundings,
  { bastionImage: image, bastionTtlSeconds: ttlSeconds }: TunnelInput,
  onStarted: (target: string) => void,
): FindRoute {
  return findRoute(
    routeDeps(session, cluster, accountClock, {
      ...{ image, ttlSeconds },
      onProgress: ({ text }) => log(text),
      onStarted: ({ target }) => onStarted(target ?? ''),
    }),
  );
}

/** AWS's plugin in place of the product's own client. @throws PrivateEksError `plugin-missing` */
export function pluginClient(
  { session, cluster, env }: TunnelSurroundings,
  { pluginPath }: TunnelInput,
): NonNullable<TunnelOptions['openSession']> {
  const plugin = pluginPath ?? findPlugin({ platform: process.platform, environment: env, exists: isProgram });
  if (plugin === undefined)
    throw new PrivateEksError('plugin-missing', 'session-manager-plugin is not installed where it is looked for.', {
      fix: 'Install it, say where it is, or use the native client, which needs nothing.',
    });
  const options = {
    ...{ openPluginForward, plugin, spawn, environment: { ...env }, clock: systemClock, host: cluster.host },
    region: session.region,
    endpoint:
      session.endpointFor?.('SSM') ??
      session.endpoint ??
      `https://ssm.${session.region}.${dnsSuffixOf(session.region)}`,
    ...(session.profile === undefined ? {} : { profile: session.profile }),
    reason: `Private EKS: kubectl for ${cluster.name}`,
  };
  return (sessions, target, watch, signal) => openPluginSession(options, sessions, target, watch, signal);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
