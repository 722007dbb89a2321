import { rm } from 'node:fs/promises';
import path from 'node:path';
import { exclusively } from '../../core/state/exclusively.ts';
import { hasCode, readStateJson, writeStateFile } from '../../core/state/stateFile.ts';
import { stateHome } from '../../core/state/stateHome.ts';
import { exitCode, UsageError, type Command } from '../command.ts';

const sandboxProfile = 'private-eks-sandbox';

export const sandbox: Command = {
  name: 'sandbox',
  summary: 'Runs a simulated AWS account on this machine until a signal',
  positionals: [],
  options: {
    port: { type: 'string', value: 'N', help: 'Listen there; default: any free port' },
    speed: { type: 'string', value: 'X', help: 'Seconds of account time for each real one; default 60' },
    region: { type: 'string', value: 'REGION', help: 'Region it tells its clients; default eu-west-1' },
    empty: {
      type: 'boolean',
      help: 'Begin with an empty account; otherwise a new one holds one private cluster, ready to connect to',
    },
  },
  details: [
    'Prints one line of JSON: endpoint, control, region, accountId, accessKeyId, secretAccessKey. Point any AWS client at the endpoint with these keys.',
    'The same stands in sandbox/config and sandbox/credentials of the state folder as profile private-eks-sandbox. Its state lives there, too, and outlives it. It listens on 127.0.0.1 alone.',
  ],
  run: async input => {
    const { io } = input;
    const port = numberOption('port', input.text('port'), 0, 65_535);
    const speed = numberOption('speed', input.text('speed'), 0.01, 100_000);
    const region = input.text('region') ?? 'eu-west-1';
    const stateDir = path.join(stateHome({ env: io.env }), 'sandbox');
    const recordFile = path.join(stateDir, 'sandbox.json');
    await refuseSecond(recordFile);
    const empty = input.flag('empty');
    const isNew = (await readStateJson(path.join(stateDir, 'state.json'))) === undefined;
    const initial = isNew && !empty ? await (await import('../livedInAccount.ts')).livedInAccount(region) : undefined;
    const [{ startSandbox }, { dataChannels }] = await Promise.all([
      import('../../sandbox/shell/startSandbox.ts'),
      import('../../sandbox/agent/dataChannels.ts'),
    ]);
    // Asked again: making the new account took a while, in which another may have begun.
    const running = await exclusively(`${recordFile}.lock`, async () => {
      await refuseSecond(recordFile);
      return startSandbox({
        stateDir,
        empty,
        ...(initial ? { initial } : {}),
        ...(port === undefined ? {} : { port }),
        ...(speed === undefined ? {} : { speed }),
        region,
        channels: dataChannels,
      });
    });
    const { endpoint, control, accountId, accessKeyId, secretAccessKey } = running;
    await writeProfile(stateDir, running);
    io.out(
      `${JSON.stringify({ endpoint, control, region: running.region, accountId, accessKeyId, secretAccessKey })}\n`,
    );
    const stopped = Promise.withResolvers<void>();
    const stopListening = io.onInterrupt(() => stopped.resolve());
    await stopped.promise;
    stopListening();
    await running.close();
    return exitCode.done;
  },
};

function numberOption(name: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && value <= most))
    throw new UsageError(`--${name} is a number from ${least} to ${most}, not "${text}".`);
  return value;
}

/** The account as a profile in config and credentials files of its own (0600): all that a client of it needs. */
async function writeProfile(
  stateDir: string,
  account: { endpoint: string; region: string; accessKeyId: string; secretAccessKey: string },
): Promise<void> {
  const { endpoint, region, accessKeyId, secretAccessKey } = account;
  await writeStateFile(
    path.join(stateDir, 'config'),
    `[profile ${sandboxProfile}]\nregion = ${region}\nendpoint_url = ${endpoint}\n`,
  );
  await writeStateFile(
    path.join(stateDir, 'credentials'),
    `[${sandboxProfile}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  );
}

/** Two that write one state would spoil it. */
async function refuseSecond(recordFile: string): Promise<void> {
  const record = (await readStateJson(recordFile)) as
    { pid?: unknown; endpoint?: unknown; control?: unknown } | undefined;
  if (typeof record?.pid !== 'number') return;
  if (isAlive(record.pid) && (await mayServe(String(record.control))))
    throw new UsageError(`A sandbox runs already at ${String(record.endpoint)} (process ${record.pid}).`);
  await rm(recordFile, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/** False when it certainly does not: after a restart of the machine another program may have the number of the process. */
async function mayServe(control: string): Promise<boolean> {
  try {
    return (await fetch(`${control}/state`, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError';
  }
}
