import { systemClock } from '../../core/clock.ts';
import { PrivateEksError } from '../../core/errors.ts';
import { isLoopback } from '../../core/aws/endpointOverride.ts';
import { callerIdentity } from '../../core/aws/identity.ts';
import { proxyAgent } from '../../core/aws/proxyAgent.ts';
import { proxySettings } from '../../core/aws/proxySettings.ts';
import { webSocketDial } from '../../core/tunnel/channel/channelSocket.ts';
import { describeClusterAccess } from '../../core/tunnel/route/clusterAccess.ts';
import { runTunnel, type RunTunnelOptions } from '../../core/tunnel/process/runTunnel.ts';
import { holdTunnel } from '../../core/tunnel/process/tunnelControl.ts';
import { readTunnelRecord, type TunnelRecord } from '../../core/tunnel/process/tunnelRecord.ts';
import type { TunnelStatus } from '../../core/tunnel/supervisor/tunnelStatus.ts';
import { awsOptions, exitCode, jsonOption, UsageError, type Command, type CommandInput } from '../command.ts';
import { writeKubeconfigFile } from '../kubeconfigFile.ts';
import { openServices } from '../openServices.ts';

export const tunnel: Command = {
  name: 'tunnel',
  summary: 'Opens a way to a private cluster’s API endpoint, until a signal',
  positionals: ['name'],
  options: {
    port: { type: 'string', value: 'N', help: 'Listen on 127.0.0.1:N; default: any free port' },
    linger: {
      type: 'string',
      value: 'MINUTES',
      help: 'End so long after the last editor window has let go; default: at a signal',
    },
    ...awsOptions,
    ...jsonOption,
  },
  details: [
    'Goes through a node of the cluster by Session Manager: neither the aws command nor its plugin is needed.',
    'Prints port and kubeconfig once it accepts connections. A tunnel that is open already is shown and watched.',
  ],
  run: async input => {
    const [name = ''] = input.positionals;
    const port = numberOption(input, 'port', 65_535) ?? 0;
    const lingerMinutes = numberOption(input, 'linger', 1440);
    const services = await openServices(input);
    const { session, stateHome: home } = services;
    const stop = new AbortController();
    const stopListening = input.io.onInterrupt(() => stop.abort(), true);
    const say = sayer(input);
    try {
      const [{ accountId, arn: callerArn }, cluster] = await Promise.all([
        callerIdentity(session, stop.signal),
        describeClusterAccess(session, name, stop.signal),
      ]);
      const agent = await proxyAgent(input.io.env, `ssmmessages.${session.region}.amazonaws.com`);
      const loopback = session.endpoint !== undefined && isLoopback(session.endpoint);
      const { profile } = session;
      const options: RunTunnelOptions = {
        home,
        session,
        cluster,
        accountId,
        accountClock: services.clock,
        dial: webSocketDial({ region: session.region, loopback, ...(agent ? { agent } : {}) }),
        port,
        lingerMinutes,
        writeKubeconfig: bound =>
          writeKubeconfigFile({
            ...{ home, cluster, accountId, callerArn, profile, env: input.io.env },
            port: bound,
            onNote: text => input.io.err(text),
          }),
        upstreamProxy: proxySettings(input.io.env),
        onReady: (record, status) => say.ready(record, status),
        onStatus: status => say.status(status),
        log: message => input.io.err(`${message}\n`),
      };
      await runOrWatch(options, say, stop.signal);
      return exitCode.done;
    } catch (error) {
      if (stop.signal.aborted) return exitCode.cancelled;
      throw error;
    } finally {
      stopListening();
    }
  },
};

/** Another process that opens this tunnel now is given this long, in ms. */
const patienceMs = 120_000;

/** The tunnel's own process when there is none yet; else a watcher of the one there is, or is about to be. */
async function runOrWatch(options: RunTunnelOptions, say: Sayer, signal: AbortSignal): Promise<void> {
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

interface Sayer {
  readonly ready: (record: TunnelRecord, status: TunnelStatus) => void;
  readonly status: (status: TunnelStatus) => void;
}

function sayer({ io, flag }: CommandInput): Sayer {
  const json = flag('json');
  let last = '';
  // The first line on standard output says where the tunnel listens; what comes before that is for people.
  let isReady = false;
  return {
    ready: ({ port, kubeconfig, cluster, region }, { route, latencyMs }) => {
      isReady = true;
      io.out(
        json
          ? `${JSON.stringify({ port, kubeconfig, cluster, region, route, latencyMs })}\n`
          : `${cluster} answers at 127.0.0.1:${port} (${latencyMs ?? '?'} ms)\n\n  export KUBECONFIG=${kubeconfig}\n  kubectl get nodes\n\nCtrl-C ends the tunnel.\n`,
      );
    },
    status: ({ state, detail }) => {
      const line = `${state} ${detail}`;
      if (line === last) return;
      last = line;
      if (json && isReady) io.out(`${JSON.stringify({ state, detail })}\n`);
      else io.err(`${state.replaceAll('-', ' ')}: ${detail}\n`);
    },
  };
}

/** True when a tunnel of an earlier call was there and has been watched to its end, or to ours. */
async function watchOpen(record: TunnelRecord, say: Sayer, signal: AbortSignal): Promise<boolean> {
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

function numberOption(input: CommandInput, name: string, most: number): number | undefined {
  const text = input.text(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0 || value > most)
    throw new UsageError(`--${name} is a whole number from 0 to ${most}, not "${text}".`);
  return value;
}
