import path from 'node:path';
import process from 'node:process';

/** What `npm run NAME` and `node tools/run.mjs NAME` can do. Each resolves to the exit code. */
type Task = (args: readonly string[]) => Promise<number>;

const tasks: Record<string, () => Promise<Task>> = {
  start: async () => (await import('./tasks/start.ts')).start,
  demo: async () => (await import('./tasks/demo.ts')).demo,
  test: async () => (await import('./testing/testRun.ts')).testRun,
  'private-eks': async () => (await import('./tasks/commandLine.ts')).commandLine,
  build: async () => (await import('./tasks/checks.ts')).build,
  package: async () => (await import('./tasks/packageVsix.ts')).packageVsix,
  lint: async () => (await import('./tasks/checks.ts')).lint,
  typecheck: async () => (await import('./tasks/checks.ts')).typecheck,
  format: async () => (await import('./tasks/checks.ts')).format,
  icon: async () => (await import('./tasks/icon.ts')).icon,
  'bench:plan': async () => (await import('../test/bench/plan.ts')).benchPlan,
  'bench:activation': async () => (await import('../test/bench/activation.ts')).benchActivation,
  'bench:tunnel': async () => (await import('../test/bench/tunnel.ts')).benchTunnel,
  'bench:scale': async () => (await import('../test/bench/scale.ts')).benchScale,
  'soak:tunnel': async () => (await import('../test/soak/soakTunnel.ts')).soakTunnel,
  'soak:kill': async () => (await import('../test/soak/soakKill.ts')).soakKill,
  'soak:kubeconfig': async () => (await import('../test/soak/kubeconfig.ts')).soakKubeconfig,
};

const [name = '', ...args] = process.argv.slice(2);
const load = tasks[name];
process.chdir(path.resolve(import.meta.dirname, '..'));
if (!load) {
  console.error(`There is no task "${name}". Tasks: ${Object.keys(tasks).join(', ')}.`);
  process.exitCode = 2;
} else {
  process.exitCode = await (await load())(args);
}
