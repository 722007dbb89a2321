import { fork } from 'node:child_process';
import path from 'node:path';
import { startAgentThread, type AgentThread } from '../soak/startAgentThread.ts';
import { measureBareRate } from './tunnel/bareClient.ts';
import { pluginPath, type BenchClientName } from './tunnel/benchClients.ts';
import type { Answered, Asked, Done } from './tunnel/clientProcess.ts';
import { connectionCounts, type ClientFigures } from './tunnel/measureClient.ts';

const titles: Readonly<Record<BenchClientName, string>> = {
  raw: 'raw TCP, no tunnel',
  product: 'Private EKS',
  pluginModel: 'a model of AWS’s plugin',
  plugin: 'session-manager-plugin',
};

/**
 * `npm run bench:tunnel`: raw TCP, this product, a model of AWS's plugin and, where it is on this machine, the plugin itself, one after
 * the other, each in a process of its own, against the same simulated agent, which is paced as the real one.
 */
export async function benchTunnel(): Promise<number> {
  const agent = startAgentThread({ paceMs: 1 });
  const cap = await agent.cap();
  console.log(
    `The agent alone makes ${megabytes(cap)} of one session on this machine: 1,024 bytes, then 1 ms of sleep. It paces what a connection ` +
      'sends back in the same way, so that a first byte that comes while it sleeps waits up to 1 ms, and no client can change that.',
  );
  const plugin = pluginPath();
  if (!plugin) console.log('session-manager-plugin is not on this machine: its model alone is measured.');
  const names: readonly BenchClientName[] = ['raw', 'product', 'pluginModel', ...(plugin ? (['plugin'] as const) : [])];
  const all: Partial<Record<BenchClientName, ClientFigures>> = {};
  const bare: number[] = [];
  for (const name of names) {
    console.log(`Measuring ${titles[name]} …`);
    bare.push(await measureBareRate(await agent.start()));
    all[name] = await inProcess(name, agent);
  }
  bare.push(await measureBareRate(await agent.start()));
  await agent.close();
  printTable(names, all);
  const most = Math.max(...bare);
  console.log(
    `\nThe cap, ${megabytes(most)}: the best of ${bare.length} downloads, made between the others, by a peer that does nothing but acknowledge.`,
  );
  printAims(all, most);
  return Object.values(all).some(({ wrong }) => wrong > 0) ? 1 : 0;
}

async function inProcess(name: BenchClientName, agent: AgentThread): Promise<ClientFigures> {
  const file = path.resolve(import.meta.dirname, 'tunnel/clientProcess.ts');
  const child = fork(file, [name, String(await agent.port())], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('message', (message: Asked | Done) => {
      if ('figures' in message) return resolve(message.figures);
      const answer: Promise<unknown> = agent[message.order](message.sessionId ?? '');
      void answer.then(value => child.send({ id: message.id, value } satisfies Answered));
    });
    child.on('exit', code => reject(new Error(`the process of ${name} ended with ${code} and without figures`)));
  });
}

function printTable(names: readonly BenchClientName[], all: Partial<Record<BenchClientName, ClientFigures>>): void {
  const base = all.raw;
  if (!base) return;
  const lines: [string, (of: ClientFigures) => number, (value: number) => string][] = [
    ['first byte, first time in a process', of => of.firstMs, milliseconds],
    ['first byte, from nothing', of => of.coldMs, milliseconds],
    ['ready (Private EKS: API server asked)', of => of.readyMs, milliseconds],
    ['first byte, tunnel open and idle', of => of.warmMs, milliseconds],
    ...connectionCounts.map(
      count =>
        [`download, ${count} at a time`, (of: ClientFigures) => of.down[count] ?? NaN, megabytes] as [
          string,
          (of: ClientFigures) => number,
          (value: number) => string,
        ],
    ),
    ...connectionCounts.map(
      count =>
        [`upload, ${count} at a time`, (of: ClientFigures) => of.up[count] ?? NaN, megabytes] as [
          string,
          (of: ClientFigures) => number,
          (value: number) => string,
        ],
    ),
    ['processor per MB', of => of.cpuMsPerMB, milliseconds],
    ['memory at its peak', of => of.memoryMiB, value => `${value.toFixed(0)} MiB`],
  ];
  const rows = [['', ...names.map(name => titles[name])]];
  for (const [title, read, write] of lines)
    rows.push([
      title,
      ...names.map(name => {
        const figures = all[name];
        if (!figures) return '';
        return `${write(read(figures))} (${ratio(read(figures) / read(base))})`;
      }),
    ]);
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0))) ?? [];
  console.log('\nFirst bytes: medians after 10 rounds to warm up, on a connection made as soon as the port takes one.');
  console.log('In brackets: times the figure of raw TCP.');
  for (const row of rows) console.log(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
}

function printAims(all: Partial<Record<BenchClientName, ClientFigures>>, cap: number): void {
  const [ours, theirs] = [all.product, all.plugin ?? all.pluginModel];
  if (!ours || !theirs) return;
  const whose = all.plugin ? 'the plugin’s' : 'the model’s';
  const aims: [string, number, string][] = [
    ['download of one connection, of the agent’s cap', (ours.down[1] ?? NaN) / cap, 'aim 0.97'],
    [
      `download of four (${ours.sessions[4]} sessions), of one`,
      (ours.down[4] ?? NaN) / (ours.down[1] ?? NaN),
      'aim 3.5',
    ],
    [`upload of one, of ${whose}`, (ours.up[1] ?? NaN) / (theirs.up[1] ?? NaN), 'aim 3'],
    [`first byte from nothing, of ${whose}`, ours.coldMs / theirs.coldMs, 'aim 0.5'],
    [`first byte on an open tunnel, of ${whose}`, ours.warmMs / theirs.warmMs, 'aim 0.5'],
  ];
  console.log('\nAims, reported and not enforced:');
  for (const [title, value, aim] of aims) console.log(`  ${title}: ${value.toFixed(2)} (${aim})`);
}

const milliseconds = (value: number) => `${value.toFixed(1)} ms`;
const megabytes = (value: number) => `${(value / 1e6).toFixed(2)} MB/s`;
const ratio = (value: number) =>
  value >= 100 ? value.toFixed(0) : value >= 0.1 ? value.toFixed(2) : value.toPrecision(2);
