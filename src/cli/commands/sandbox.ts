import { rm } from 'node:fs/promises';
import path from 'node:path';
import { readStateJson } from '../../core/state/stateFile.ts';
import { stateHome } from '../../core/state/stateHome.ts';
import { exitCode, UsageError, type Command } from '../command.ts';

export const sandbox: Command = {
  name: 'sandbox',
  summary: 'Runs a simulated AWS account on this machine until a signal',
  positionals: [],
  options: {
    port: { type: 'string', value: 'N', help: 'Listen there; default: any free port' },
    speed: { type: 'string', value: 'X', help: 'Seconds of account time for each real one; default 60' },
    region: { type: 'string', value: 'REGION', help: 'Region it tells its clients; default us-east-1' },
    empty: { type: 'boolean', help: 'Begin with an empty account' },
  },
  details: [
    'Prints one line of JSON: endpoint, control, region, accountId, accessKeyId, secretAccessKey. Point any AWS client at the endpoint with these keys.',
    'Its state lives in the state folder and outlives it. It listens on 127.0.0.1 alone.',
  ],
  run: async input => {
    const { io } = input;
    const port = numberOption('port', input.text('port'), 0, 65_535);
    const speed = numberOption('speed', input.text('speed'), 0.01, 100_000);
    const region = input.text('region') ?? io.env['AWS_REGION'];
    const stateDir = path.join(stateHome({ env: io.env }), 'sandbox');
    await refuseSecond(path.join(stateDir, 'sandbox.json'));
    const { startSandbox } = await import('../../sandbox/shell/startSandbox.ts');
    const running = await startSandbox({
      stateDir,
      empty: input.flag('empty'),
      ...(port === undefined ? {} : { port }),
      ...(speed === undefined ? {} : { speed }),
      ...(region ? { region } : {}),
    });
    const { endpoint, control, accountId, accessKeyId, secretAccessKey } = running;
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

/** Two that write one state would spoil it. */
async function refuseSecond(recordFile: string): Promise<void> {
  const record = (await readStateJson(recordFile)) as { pid?: unknown; endpoint?: unknown } | undefined;
  if (typeof record?.pid !== 'number') return;
  try {
    process.kill(record.pid, 0);
  } catch {
    await rm(recordFile, { force: true });
    return;
  }
  throw new UsageError(`A sandbox runs already at ${String(record.endpoint)} (process ${record.pid}).`);
}
