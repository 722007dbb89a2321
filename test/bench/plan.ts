import { ClusterBench, failureOf, minimalSpec } from '../sandbox/support/clusterRun.ts';
import { activities } from './plan/activities.ts';
import { measureRun, type MeasuredRun } from './plan/measuredRun.ts';
import { demanded, eksctlOrder, makespanOf, seedOrder, type Order } from './plan/orders.ts';

/**
 * `npm run bench:plan`: the makespan of this pipeline, of the seed's order and of eksctl's from one table of durations, beside the
 * longest path of what AWS demands; then a whole create on the simulated account, with the pipeline's own waiting and its calls.
 */
export async function benchPlan(): Promise<number> {
  printActivities();
  const shortest = makespanOf(demanded).seconds;
  for (const order of [demanded, seedOrder, eksctlOrder]) printOrder(order, shortest);
  const bench = await ClusterBench.open();
  try {
    const plan = await bench.plan(minimalSpec);
    const { totalSeconds, criticalPath } = plan.time;
    console.log(`\nthis pipeline, by its plan: ${clock(totalSeconds)}`);
    console.log(`  ${criticalPath.join(' → ')}`);
    const before = bench.account.calls.length;
    const run = await bench.create(plan);
    if (run.outcome !== 'done') throw new Error(failureOf(run)?.what ?? `the create ended ${run.outcome}`);
    const measured = measureRun(plan, run.events);
    printMeasured(measured);
    printCalls(bench.account.calls.slice(before).map(({ client, operation }) => `${client} ${operation}`));
    const share = measured.ownWaiting / measured.aws;
    if (share > 0.05) console.log('The pipeline’s own waiting is above 5 % of the longest path.');
    return share > 0.05 ? 1 : 0;
  } finally {
    await bench.close();
  }
}

function printActivities(): void {
  console.log('activity                          seconds  needs                                source');
  for (const { title, seconds, needs, source } of activities) {
    const [first = '', ...more] = Object.entries(needs).map(([id, why]) => `${id}: ${why}`);
    console.log(`${title.padEnd(34)}${String(seconds).padStart(6)}   ${first}  [${source}]`);
    for (const need of more) console.log(`${' '.repeat(43)}${need}`);
  }
}

function printOrder(order: Order, shortest: number): void {
  const { seconds, path } = makespanOf(order);
  console.log(
    `\n${order.title}: ${clock(seconds)}, ${(seconds / shortest).toFixed(2)} × the longest path that AWS demands`,
  );
  console.log(`  ${path.join(' → ')}  [${order.source}]`);
}

function printMeasured({ makespan, path, aws, ownWaiting }: MeasuredRun): void {
  console.log(`\nmeasured on the simulated account: ${clock(makespan)}`);
  for (const step of path)
    console.log(`  ${step.id.padEnd(20)}${step.seconds.toFixed(0).padStart(5)} s, AWS ${step.aws.toFixed(0)} s`);
  console.log(
    `  AWS’s work on the longest path ${clock(aws)}, own waiting ${ownWaiting.toFixed(1)} s, ${((100 * ownWaiting) / aws).toFixed(1)} %`,
  );
}

function printCalls(calls: readonly string[]): void {
  const services = new Map<string, number>();
  for (const call of calls) {
    const [service = ''] = call.split(' ');
    services.set(service, (services.get(service) ?? 0) + 1);
  }
  const told = [...services].sort((a, b) => b[1] - a[1]).map(([service, count]) => `${service} ${count}`);
  console.log(`\nAWS calls of the run: ${calls.length} (${told.join(', ')})`);
}

function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
