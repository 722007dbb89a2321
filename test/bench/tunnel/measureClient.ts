import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { digestOfNoise, download, echo, upload } from '../../sandbox/tunnel/support/measuredTarget.ts';
import { benchClients, connectTo, type BenchClient, type BenchClientName, type BenchService } from './benchClients.ts';

/** Everything about one client, in SI units: seconds, bytes a second, milliseconds of processor time per MB. */
export interface ClientFigures {
  /**
   * Medians of a process that has done it before: from nothing to the first byte that comes back on a connection made as soon as the port
   * takes one; to a client that says it is ready; and the first byte on a tunnel that stands and is idle.
   */
  readonly coldMs: number;
  readonly readyMs: number;
  readonly warmMs: number;
  /** As `coldMs`, the first time in its process: everything is loaded, nothing compiled. */
  readonly firstMs: number;
  /** By number of connections. */
  readonly down: Readonly<Record<number, number>>;
  readonly up: Readonly<Record<number, number>>;
  /** Sessions at the end of each. */
  readonly sessions: Readonly<Record<number, number>>;
  readonly cpuMsPerMB: number;
  readonly memoryMiB: number;
  /** Transfers whose digest was another: must be 0. */
  readonly wrong: number;
}

export const connectionCounts = [1, 4, 16] as const;
const pieceBytes = 1 << 20;
const windowMs = 5_000;
const settleMs = 1_000;
const warmUps = 10;
const idleMs = 20;
/** The product adds a session after two busy seconds, one at a time: the figures of four connections count when it has, or after so long. */
const growMs = 25_000;

export async function measureClient(name: BenchClientName, service: BenchService): Promise<ClientFigures> {
  const open = benchClients[name];
  const cold: number[] = [];
  const ready: number[] = [];
  for (let round = 0; round < warmUps + 31; round++) {
    const bound = Promise.withResolvers<number>();
    const started = performance.now();
    const opening = open(service, bound.resolve).then(client => {
      ready.push(performance.now() - started);
      bound.resolve(client.port);
      return client;
    });
    opening.catch(bound.reject);
    await echo(await connectTo(await bound.promise), Buffer.from('?'));
    cold.push(performance.now() - started);
    await (await opening).close();
    await sleep(idleMs);
  }
  const client = await open(service);
  const warm: number[] = [];
  for (let round = 0; round < warmUps + 51; round++) {
    // What is left of the last connection has its pause in the agent too, and is not to be measured with this one.
    await sleep(idleMs);
    const started = performance.now();
    await echo(await connectTo(client.port), Buffer.from('?'));
    warm.push(performance.now() - started);
  }
  const load = new Load(client, service, name === 'raw' ? pieceBytes * 16 : pieceBytes);
  const cpu = process.cpuUsage();
  const besideBefore = client.beside?.().cpuSeconds ?? 0;
  const down: Record<number, number> = {};
  const up: Record<number, number> = {};
  const sessions: Record<number, number> = {};
  for (const count of connectionCounts) {
    down[count] = await load.run('down', count, name === 'product' && count > 1 ? 4 : 0);
    sessions[count] = client.sessions();
  }
  for (const count of connectionCounts) up[count] = await load.run('up', count, 0);
  const { user, system } = process.cpuUsage(cpu);
  const beside = client.beside?.();
  const figures: ClientFigures = {
    ...{
      firstMs: cold[0] ?? NaN,
      coldMs: medianOfLater(cold),
      readyMs: medianOfLater(ready),
      warmMs: medianOfLater(warm),
    },
    ...{ down, up, sessions, wrong: load.wrong },
    cpuMsPerMB: ((user + system) / 1e3 + ((beside?.cpuSeconds ?? 0) - besideBefore) * 1e3) / (load.bytes / 1e6),
    memoryMiB: process.resourceUsage().maxRSS / 1024 + (beside?.memoryMiB ?? 0),
  };
  await client.close();
  return figures;
}

/** So many connections at a time, one after the other in each place; counts what moves in a window of it. */
class Load {
  bytes = 0;
  wrong = 0;
  readonly #client: BenchClient;
  readonly #service: BenchService;
  readonly #pieceBytes: number;
  readonly #expected: string;

  constructor(client: BenchClient, service: BenchService, pieceBytes: number) {
    this.#client = client;
    this.#service = service;
    this.#pieceBytes = pieceBytes;
    this.#expected = digestOfNoise(1, pieceBytes);
  }

  async run(direction: 'down' | 'up', connections: number, sessions: number): Promise<number> {
    let isOver = false;
    const move = direction === 'down' ? download : upload;
    let fetched = 0;
    const count = direction === 'down' ? (bytes: number) => void (fetched += bytes) : undefined;
    const place = async () => {
      while (!isOver) {
        const stream = await connectTo(this.#client.port);
        const digest = await move(stream, 1, this.#pieceBytes, count);
        if (digest !== this.#expected) this.wrong++;
        this.bytes += this.#pieceBytes;
      }
    };
    const places = Array.from({ length: connections }, place);
    const growing = performance.now();
    do await sleep(settleMs);
    while (this.#client.sessions() < sessions && performance.now() - growing < growMs);
    // What a client has taken may still lie in buffers; what the target got does not.
    const moved = async () => (direction === 'down' ? fetched : this.#service.received());
    const [before, started] = [await moved(), performance.now()];
    await sleep(windowMs);
    const rate = ((await moved()) - before) / ((performance.now() - started) / 1000);
    isOver = true;
    await Promise.all(places);
    return rate;
  }
}

function medianOfLater(all: readonly number[]): number {
  const values = all.slice(warmUps);
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
