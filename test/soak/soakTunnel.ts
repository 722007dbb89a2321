import { parseArgs } from 'node:util';
import { connectionStorm } from '../sandbox/tunnel/support/connectionStorm.ts';
import { soakTransfer, twoInAHundred, type SoakFigures } from '../sandbox/tunnel/support/soakTransfer.ts';
import { startAgentThread } from './startAgentThread.ts';

const mebibyte = 1 << 20;

/**
 * `npm run soak:tunnel [-- --mib 1024 --cuts 200 --sessions 48 --streams 2 --seed N --connections 10000 --at-once 500]`: noise both ways through
 * the sandbox's agent, with its pause of 1 ms off, while it loses, doubles and delays messages and its sockets are cut; then many
 * short connections. Resolves to 1 when a byte, a stream or a handle went astray.
 */
export async function soakTunnel(args: readonly string[]): Promise<number> {
  const number = (fallback: number) => ({ type: 'string', default: String(fallback) }) as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      mib: number(1024),
      cuts: number(200),
      sessions: number(48),
      streams: number(2),
      seed: number(Date.now() % 2 ** 31),
      connections: number(10_000),
      'at-once': number(500),
    },
  });
  const seed = Number(values.seed);
  console.log(`seed ${seed} (again with: npm run soak:tunnel -- --seed ${seed})`);
  const isWhole = await transfer(seed, Number(values.mib), {
    sessions: Number(values.sessions),
    streams: Number(values.streams),
    cuts: Number(values.cuts),
  });
  const isTidy = await storm(Number(values.connections), Number(values['at-once']));
  return isWhole && isTidy ? 0 : 1;
}

async function transfer(
  seed: number,
  mib: number,
  shape: { readonly sessions: number; readonly streams: number; readonly cuts: number },
): Promise<boolean> {
  const agent = startAgentThread({ paceMs: 0, faults: { seed, ...twoInAHundred } });
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  let told = 0;
  const tell = ({ bytesIn, bytesOut, cuts, streamsDone, streams }: SoakFigures) => {
    if (seconds() - told < 10) return;
    told = seconds();
    const [down, up] = [bytesIn, bytesOut].map(bytes => `${(bytes / mebibyte).toFixed(0)} MiB`);
    console.log(
      `${told.toFixed(0)} s: ${down} down, ${up} up, ${cuts} cuts, ${streamsDone} of ${streams} streams done`,
    );
  };
  const cpu = process.cpuUsage();
  const figures = await soakTransfer({ agent, seed, bytesEachWay: mib * mebibyte, ...shape, onProgress: tell });
  const { user, system } = process.cpuUsage(cpu);
  const { messages, lost, doubled, late } = await agent.tally();
  await agent.close();
  const { differences, sessionsLost, cuts, resumes, streamsDone, streams } = figures;
  const took = seconds();
  console.log(
    [
      `${mib} MiB each way through ${shape.sessions} sessions in ${took.toFixed(0)} s (${((2 * mib) / took).toFixed(1)} MiB/s in all)`,
      `${streamsDone} of ${streams} streams done, ${differences.length} different, ${sessionsLost.length} sessions lost`,
      `${cuts} sockets cut, ${resumes} resumes`,
      `${messages} messages: ${lost} lost, ${doubled} doubled, ${late} late (${(((lost + doubled + late) / messages) * 100).toFixed(2)} %)`,
      `processor time of client and agent together ${((user + system) / 1e6).toFixed(0)} s; memory at the end ${(process.memoryUsage().rss / mebibyte).toFixed(0)} MiB`,
      ...differences,
      ...sessionsLost,
    ].join('\n'),
  );
  return differences.length === 0 && sessionsLost.length === 0 && streamsDone === streams && cuts === shape.cuts;
}

async function storm(short: number, atOnce: number): Promise<boolean> {
  const agent = startAgentThread({ paceMs: 0 });
  const tell = (done: number) => {
    if (done % 2500 === 0) console.log(`${done} of ${short} connections`);
  };
  const warmUp = Math.min(short, 1000);
  const { wrong, before, after, leaks, seconds } = await connectionStorm({
    agent,
    short,
    atOnce,
    warmUp,
    onProgress: tell,
  });
  await agent.close();
  console.log(
    [
      `${short} short connections and ${atOnce} at once in ${seconds.toFixed(1)} s, ${wrong} wrong`,
      `before: ${JSON.stringify(before)}`,
      `after:  ${JSON.stringify(after)}`,
      leaks.length === 0 ? 'nothing left behind' : `LEFT BEHIND: ${leaks.join('; ')}`,
    ].join('\n'),
  );
  return wrong === 0 && leaks.length === 0;
}
