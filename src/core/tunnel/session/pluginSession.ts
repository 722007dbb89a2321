import type { ChildProcess, SpawnOptions } from 'node:child_process';
import type { Clock } from '../../clock.ts';
import { PrivateEksError } from '../../errors.ts';
import type { SessionGrant } from '../channel/dataChannel.ts';
import { streamUrlToDial } from '../channel/streamUrl.ts';
import { hidesToken, lineReader, readPluginLine } from './pluginOutput.ts';

export type Spawn = (file: string, args: readonly string[], options: SpawnOptions) => ChildProcess;

export interface PluginForwardOptions {
  /** Absolute path of session-manager-plugin: `findPlugin`, or the setting. */
  readonly plugin: string;
  /** Of a session that was started for a port document. */
  readonly grant: SessionGrant;
  /** What the session was started with: `i-…`, `mi-…`, `ecs:…`. */
  readonly target: string;
  readonly region: string;
  /** SSM's endpoint, to which the plugin turns to resume. */
  readonly endpoint: string;
  readonly profile?: string;
  /** `localPortNumber` of the session; 0, which leaves the choice to the plugin, avoids a port taken meanwhile. */
  readonly port: number;
  /** For the plugin's own credentials. */
  readonly environment: NodeJS.ProcessEnv;
  readonly spawn: Spawn;
  readonly clock: Clock;
  /** Ends the session on AWS's side: a plugin that was killed, or gave up, leaves it behind. */
  readonly endSession: (sessionId: string) => Promise<void>;
  readonly onConnectError?: () => void;
  readonly signal: AbortSignal;
}

export interface PluginForward {
  /** On localhost, where the plugin listens: on IPv4 or IPv6, as it pleases. */
  readonly port: number;
  /** Why it is over; settles once. */
  readonly ended: Promise<string>;
  /** Ends the plugin and its session. */
  close(): Promise<void>;
}

/** AWS's own name for it, and the plugin takes no other. */
const responseVariable = 'AWS_SSM_START_SESSION_RESPONSE';
const versionMs = 10_000;
/** The plugin shakes hands with the agent before it listens. */
const listenMs = 40_000;
const graceMs = 3_000;

/**
 * Carries a session by AWS's session-manager-plugin instead of our own client. Its exit code is 0 whatever happened, so its words count.
 * @throws PrivateEksError `plugin-too-old`, `plugin-failed`, `session-ended` (retryable), `stream-url-refused`
 */
export async function openPluginForward(options: PluginForwardOptions): Promise<PluginForward> {
  const { grant, signal, clock } = options;
  try {
    signal.throwIfAborted();
    const loopback = /^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])([:/]|$)/.test(options.endpoint);
    streamUrlToDial(grant.streamUrl, { region: options.region, loopback });
    await requireVersion(options);
  } catch (error) {
    await endQuietly(options);
    throw error;
  }
  const child = options.spawn(options.plugin, pluginArguments(options), {
    env: { ...options.environment, [responseVariable]: responseOf(grant) },
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const listening = Promise.withResolvers<number>();
  const over = Promise.withResolvers<string>();
  let reason = '';
  const read = (line: string) => {
    const news = readPluginLine(line);
    if (news?.kind === 'listening') listening.resolve(news.port);
    else if (news?.kind === 'connect-error') options.onConnectError?.();
    else if (news?.kind === 'ended') reason ||= news.reason;
  };
  child.stdout?.setEncoding('utf8').on('data', lineReader(read));
  child.stderr?.setEncoding('utf8').on('data', lineReader(read));
  child.on('error', error => over.resolve(`the plugin cannot be run: ${error.message}`));
  child.on('close', () => over.resolve(reason || 'the plugin has ended without saying why'));
  const ended = over.promise.then(async why => {
    await endQuietly(options);
    return why;
  });
  const close = async () => {
    await stop(child, over.promise, clock);
    await ended;
  };

  const given = new AbortController();
  const late = clock.sleep(listenMs, AbortSignal.any([signal, given.signal])).then(
    () => `the plugin did not listen within ${listenMs / 1000} seconds`,
    () => undefined,
  );
  const first = await Promise.race([listening.promise, over.promise, late]);
  given.abort();
  if (typeof first === 'number') return { port: first, ended, close };
  await close();
  signal.throwIfAborted();
  throw new PrivateEksError('session-ended', `The Session Manager session is over: ${first ?? reason}.`, {
    retryable: true,
  });
}

/** As the AWS command line calls it: nothing secret, as everybody on the machine can read it. */
function pluginArguments({ region, profile = '', target, port, endpoint }: PluginForwardOptions): string[] {
  const request = JSON.stringify({ Target: target, Parameters: { localPortNumber: [String(port)] } });
  return [responseVariable, region, 'StartSession', profile, request, endpoint];
}

function responseOf({ sessionId, streamUrl, token }: SessionGrant): string {
  return JSON.stringify({ SessionId: sessionId, TokenValue: token, StreamUrl: streamUrl });
}

async function requireVersion({ plugin, spawn, environment, clock, signal }: PluginForwardOptions): Promise<void> {
  const child = spawn(plugin, ['--version'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
  });
  let said = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (said += text));
  const over = new Promise<string | undefined>(resolve => {
    child.on('error', error => resolve(error.message));
    child.on('close', () => resolve(undefined));
  });
  const done = new AbortController();
  const late = clock.sleep(versionMs, AbortSignal.any([signal, done.signal])).then(
    () => 'it does not tell its version',
    () => undefined,
  );
  const failure = await Promise.race([over, late]);
  done.abort();
  child.kill();
  signal.throwIfAborted();
  if (failure !== undefined)
    throw new PrivateEksError('plugin-failed', `${plugin} cannot be used: ${failure}.`, {
      fix: 'Install the Session Manager plugin anew, or let Private EKS use its own client.',
    });
  if (hidesToken(said)) return;
  throw new PrivateEksError(
    'plugin-too-old',
    `${plugin} is version ${said.trim().slice(0, 40) || 'unknown'}, which would show the session’s token to everybody on this machine.`,
    { fix: 'Install a version above 1.2.497.0, or let Private EKS use its own client.' },
  );
}

async function stop(child: ChildProcess, over: Promise<string>, clock: Clock): Promise<void> {
  // At an interrupt it tells the agent to end the session; Windows knows no such thing.
  child.kill('SIGINT');
  const waited = new AbortController();
  await Promise.race([over, clock.sleep(graceMs, waited.signal).catch(() => undefined)]);
  waited.abort();
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  // A program that could not be started never closes.
  if (child.pid !== undefined) await over;
}

/** Best effort: whoever waits here is leaving, and an idle session ends by itself. */
async function endQuietly({ endSession, grant }: PluginForwardOptions): Promise<void> {
  await endSession(grant.sessionId).catch(() => undefined);
}
