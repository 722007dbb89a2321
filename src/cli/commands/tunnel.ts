import type { AwsSession } from '../../core/aws/awsSession.ts';
import { proxySettings } from '../../core/aws/proxySettings.ts';
import { callerIdentity } from '../../core/aws/identity.ts';
import { fargateNamespaces } from '../../core/cluster/fargateNamespaces.ts';
import { systemClock } from '../../core/clock.ts';
import { PrivateEksError } from '../../core/errors.ts';
import { BastionKeeper } from '../../core/tunnel/bastion/bastionKeeper.ts';
import { runTunnel, type RunTunnelOptions } from '../../core/tunnel/process/runTunnel.ts';
import { holdTunnel } from '../../core/tunnel/process/tunnelControl.ts';
import { readTunnelRecord, type TunnelRecord } from '../../core/tunnel/process/tunnelRecord.ts';
import { describeClusterAccess } from '../../core/tunnel/route/clusterAccess.ts';
import { sessionApi } from '../../core/tunnel/session/sessionApi.ts';
import { sessionDial } from '../../core/tunnel/session/sessionDial.ts';
import { awsOptions, exitCode, jsonOption, type Command } from '../command.ts';
import { writeKubeconfigFile } from '../kubeconfigFile.ts';
import { makeCommand } from './namespaces.ts';
import { openServices } from '../openServices.ts';
import { tunnelInput, tunnelOptions } from '../tunnelInput.ts';
import { pluginClient, routeFinder } from '../tunnelParts.ts';
import { tunnelSayer, type TunnelSayer } from '../tunnelSayer.ts';

export const tunnel: Command = {
  name: 'tunnel',
  summary: 'Opens a way to a private cluster’s API endpoint, until a signal',
  positionals: ['name'],
  options: { ...tunnelOptions, ...awsOptions, ...jsonOption },
  details: [
    'Takes the first way that works: direct, an instance with Session Manager, a running bastion. Neither the aws command nor its plugin is needed.',
    'Prints port and kubeconfig once it accepts connections, then what happens to it. A tunnel that is open already is shown and watched.',
  ],
  run: async input => {
    const [name = ''] = input.positionals;
    const asked = tunnelInput(input);
    const services = await openServices(input);
    const { session, stateHome: home } = services;
    const { env } = input.io;
    const stop = new AbortController();
    const end = () => stop.abort();
    const stopListening = input.io.onInterrupt(end, end);
    const say = tunnelSayer(input);
    const log = (message: string) => input.io.err(`${message}\n`);
    const { bastionIdleMinutes: idleMinutes } = asked;
    const bastion = new BastionKeeper({ session, clock: systemClock, idleMinutes, onIdle: end, log });
    try {
      const [{ accountId, arn: callerArn }, cluster] = await Promise.all([
        callerIdentity(session, stop.signal),
        describeClusterAccess(session, name, stop.signal),
      ]);
      const { profile } = session;
      const surroundings = { session, cluster, accountClock: services.clock, env, log };
      const isPlugin = asked.client === 'plugin';
      const { choice, port, whenIdle, keepAlive, lingerMinutes, settings } = asked;
      const options: RunTunnelOptions = {
        ...{ home, session, cluster, accountId, accountClock: services.clock, log },
        ...{ choice, port, whenIdle, keepAlive, lingerMinutes, settings },
        findRoute: routeFinder(surroundings, asked, target => bastion.started(target)),
        sessions: sessionApi(session, { documentName: asked.document }),
        dial: await sessionDial(session, { env, clock: systemClock }),
        ...(isPlugin ? { openSession: pluginClient(surroundings, asked) } : {}),
        // What the plugin carries is lost with its socket: one process of it is enough to lose.
        maxSessions: isPlugin ? 1 : asked.maxSessions,
        upstreamProxy: proxySettings(env),
        writeKubeconfig: bound =>
          writeKubeconfigFile({ home, cluster, accountId, callerArn, port: bound, profile, env, onNote: log }),
        onReady: (record, status) => {
          say.ready(record, status);
          void tellMissing(session, record, stop.signal, log);
        },
        onStatus: status => {
          bastion.saw(status);
          say.status(status);
        },
        onEvent: event => say.event(event),
      };
      await runOrWatch(options, say, stop.signal);
      return exitCode.done;
    } catch (error) {
      if (stop.signal.aborted) return exitCode.cancelled;
      throw error;
    } finally {
      await bastion.end();
      stopListening();
    }
  },
};

/** Namespaces that a run without a way in could not make. It is only an offer: who cannot look is told so, and stays connected. */
async function tellMissing(
  session: AwsSession,
  record: TunnelRecord,
  signal: AbortSignal,
  log: (message: string) => void,
): Promise<void> {
  try {
    const { missing } = await fargateNamespaces(session, record, signal);
    if (missing.length === 0) return;
    log(
      `Fargate takes pods of namespaces that are not there: ${missing.join(', ')}. Make them: ${makeCommand(record.cluster)}`,
    );
  } catch (error) {
    if (signal.aborted) return;
    log(
      `Namespaces of Fargate’s profiles were not looked at: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Another process that opens this tunnel now is given this long, in ms. */
const patienceMs = 120_000;

/** The tunnel's own process when there is none yet; else a watcher of the one there is, or is about to be. */
async function runOrWatch(options: RunTunnelOptions, say: TunnelSayer, signal: AbortSignal): Promise<void> {
  const { home, accountId, cluster } = options;
  const key = { accountId, region: cluster.region, cluster: cluster.name };
  const giveUpAt = systemClock.now() + patienceMs;
  for (;;) {
    const open = await readTunnelRecord(home, key);
    if (open && (await watchOpen(open, say, signal))) return;
    try {
      return await runTunnel(options, signal);
    } catch (error) {
      const isBusy = error instanceof PrivateEksError && error.code === 'tunnel-busy';
      if (!isBusy || systemClock.now() > giveUpAt) throw error;
      await systemClock.sleep(200, signal);
    }
  }
}

/** True when a tunnel of an earlier call was there and has been watched to its end, or to ours. */
async function watchOpen(record: TunnelRecord, say: TunnelSayer, signal: AbortSignal): Promise<boolean> {
  const over = Promise.withResolvers<void>();
  let told = false;
  try {
    const hold = await holdTunnel(
      record,
      {
        onStatus: status => {
          if (!told) say.ready(record, status);
          told = true;
          say.status(status);
        },
        onEvent: event => say.event(event),
      },
      () => over.resolve(),
    );
    signal.addEventListener('abort', () => over.resolve(), { once: true });
    await over.promise;
    hold.release();
    return true;
  } catch {
    // A record whose process was killed: its port and socket are free.
    return false;
  }
}
