import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Account, AccountSnapshot } from '../kernel/account.ts';
import { createSandbox, type Sandbox, type SandboxOptions } from '../sandbox.ts';
import type { WireRequest, WireResponse } from '../wire/wireMessage.ts';
import { handleControl } from './control.ts';
import { listen, type Upgrade } from './httpFront.ts';
import { driveInRealTime, type TimeScale } from './realTimeDriver.ts';
import { keepState, loadState, removeFile, writePrivately } from './stateFile.ts';

/** The far ends of Session Manager's data channels. */
export interface DataChannels {
  readonly upgrade: Upgrade;
  close(): void;
}

export interface StartOptions extends Pick<SandboxOptions, 'accountId' | 'services'> {
  /** 0 or absent: any free one. */
  readonly port?: number;
  /** Seconds of account time per real second; default 60. */
  readonly speed?: number;
  /** Where the account survives a restart; absent: nowhere. */
  readonly stateDir?: string;
  /** Forget what `stateDir` holds. */
  readonly empty?: boolean;
  readonly region?: string;
  /** What the account holds when there is no state to carry on from; default: nothing. */
  readonly initial?: AccountSnapshot;
  /** Account time at which a new account begins, ms; default: now. */
  readonly epoch?: number;
  readonly channels?: (account: Account) => DataChannels;
}

export interface RunningSandbox {
  readonly endpoint: string;
  /** Faults and state; a secret. */
  readonly control: string;
  readonly region: string;
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly scale: TimeScale;
  readonly sandbox: Sandbox;
  close(): Promise<void>;
}

/** `sandbox.json` beside the state, by which a composition root finds a running sandbox and scales its clock. */
export interface SandboxRecord extends TimeScale {
  readonly endpoint: string;
  readonly control: string;
  readonly pid: number;
}

const refuse: DataChannels = {
  upgrade: (_request, socket) =>
    void socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'),
  close: () => undefined,
};

/** Serves the simulated account on the loopback interface, on scaled real time. */
export async function startSandbox(options: StartOptions = {}): Promise<RunningSandbox> {
  const { port: wanted = 0, speed = 60, stateDir, region = 'us-east-1' } = options;
  if (!(speed > 0)) throw new RangeError(`speed must be above 0, not ${speed}`);
  const stateFile = stateDir === undefined ? undefined : path.join(stateDir, 'state.json');
  const recordFile = stateDir === undefined ? undefined : path.join(stateDir, 'sandbox.json');
  const saved = stateFile === undefined || options.empty ? undefined : loadState(stateFile);
  const snapshot = saved ?? options.initial;

  // Requests that come before the account exists wait for it: the port must be known first.
  const ready = Promise.withResolvers<(request: WireRequest) => Promise<WireResponse>>();
  let channels = refuse;
  const upgrade: Upgrade = (request, socket, head) => channels.upgrade(request, socket, head);
  const { server, port } = await listen({
    port: wanted,
    handle: async request => (await ready.promise)(request),
    upgrade,
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const sandbox = createSandbox({
    publicUrl: endpoint,
    ...(snapshot ? { snapshot } : {}),
    ...(options.accountId === undefined ? {} : { accountId: options.accountId }),
    ...(options.epoch === undefined ? {} : { epoch: options.epoch }),
    ...(options.services ? { services: options.services } : {}),
  });
  const { account, credential } = sandbox;
  const state = stateFile === undefined ? undefined : keepState(stateFile, account);
  const driver = driveInRealTime(account, speed, () => state?.touched());
  account.onTouched = () => {
    driver.catchUp();
    state?.touched();
  };
  if (options.channels) channels = options.channels(account);

  const controlPath = `/_control/${randomBytes(16).toString('hex')}`;
  ready.resolve(async request => {
    driver.catchUp();
    const own = request.target.startsWith(`${controlPath}/`);
    const response = own
      ? handleControl(account, request.target.slice(controlPath.length), request)
      : await sandbox.handle(request);
    state?.touched();
    return response;
  });

  const control = endpoint + controlPath;
  const record: SandboxRecord = { endpoint, control, pid: process.pid, ...driver.scale };
  if (recordFile !== undefined) writePrivately(recordFile, `${JSON.stringify(record)}\n`);
  return {
    endpoint,
    control,
    region,
    accountId: account.accountId,
    accessKeyId: credential.accessKeyId,
    secretAccessKey: credential.secretAccessKey,
    scale: driver.scale,
    sandbox,
    close: async () => {
      driver.stop();
      account.onTouched = undefined;
      channels.close();
      const closed = new Promise(resolve => server.close(resolve));
      server.closeAllConnections();
      await closed;
      state?.close();
      if (recordFile !== undefined) removeFile(recordFile);
    },
  };
}
