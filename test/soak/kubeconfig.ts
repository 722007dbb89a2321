import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { roundTrip } from '../unit/core/kube/kubeconfigRoundTrip.ts';

interface Share {
  readonly from: number;
  readonly to: number;
}

interface Progress {
  readonly done: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly failure?: string;
}

/** `npm run soak:kubeconfig [COUNT] [FIRST SEED]`: so many random kubeconfigs are merged into and restored, on all cores. */
export async function soakKubeconfig(args: readonly string[]): Promise<number> {
  const count = Number(args[0] ?? 100_000);
  const first = Number(args[1] ?? 0);
  if (!Number.isInteger(count) || count < 1 || !Number.isInteger(first)) {
    console.error('soak:kubeconfig [COUNT] [FIRST SEED]');
    return 2;
  }
  const startedAt = performance.now();
  const workers = Math.min(availableParallelism(), count);
  const each = Math.ceil(count / workers);
  const shares = Array.from({ length: workers }, (_, at) => ({
    from: first + at * each,
    to: first + Math.min(count, (at + 1) * each),
  }));
  const results = await Promise.all(shares.map(worked));
  const refused: Record<string, number> = {};
  for (const result of results)
    for (const [code, times] of Object.entries(result.refused)) refused[code] = (refused[code] ?? 0) + times;
  const done = results.reduce((sum, result) => sum + result.done, 0);
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(`${done} random kubeconfigs in ${seconds.toFixed(0)} s on ${workers} threads`);
  const notMerged = Object.values(refused).reduce((sum, times) => sum + times, 0);
  console.log(`${done - notMerged} merged and restored byte for byte; refused: ${JSON.stringify(refused)}`);
  const failures = results.flatMap(({ failure }) => failure ?? []);
  for (const failure of failures) console.error(failure);
  return failures.length > 0 || done !== count || notMerged > count / 100 ? 1 : 0;
}

function worked(share: Share): Promise<Progress> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: share });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', code => reject(new Error(`a thread ended with ${code} before it was done`)));
  });
}

function work({ from, to }: Share): Progress {
  const refused: Record<string, number> = {};
  for (let seed = from; seed < to; seed++)
    try {
      const result = roundTrip(seed);
      if (result.refused !== undefined) refused[result.refused] = (refused[result.refused] ?? 0) + 1;
    } catch (error) {
      return {
        done: seed - from,
        refused,
        failure: `seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`,
      };
    }
  return { done: to - from, refused };
}

if (!isMainThread) parentPort?.postMessage(work(workerData as Share));
