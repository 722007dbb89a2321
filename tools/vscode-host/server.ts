import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { builtinExtensions, bundledNode, serverMain } from './paths.ts';
import { prepareHost } from './prepare.ts';

export interface ServerOptions {
  /** 0, the default, is any free port. Always on 127.0.0.1. */
  readonly port?: number;
  /** Everything VS Code writes. A fresh folder, removed by `stop`, when not given. */
  readonly dataFolder?: string;
  /** User settings, over those that keep a test quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Over this process's environment, for the server and thus the extension host and terminals. */
  readonly env?: NodeJS.ProcessEnv;
  /** Without it the server answers whoever knows the port: for tests only. */
  readonly connectionToken?: string;
  /** Lets a test read terminals and press keys through the page's `driver`. */
  readonly testDriver?: boolean;
  /** Every folder is trusted when false (the default), asked about in the page when true. */
  readonly workspaceTrust?: boolean;
  /** Opened when the address names no folder. */
  readonly defaultFolder?: string;
  /** Packaged extensions to install before the start. */
  readonly vsix?: readonly string[];
}

export interface Server {
  readonly port: number;
  readonly pid: number;
  readonly dataFolder: string;
  /** Resolves when the server has ended, whoever ended it. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const quiet = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'workbench.enableExperiments': false,
};

/** Starts VS Code's server on loopback and resolves once it answers. */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  prepareHost();
  const ownFolder = options.dataFolder === undefined;
  const dataFolder = options.dataFolder ?? fs.mkdtempSync(path.join(os.tmpdir(), 'private-eks-vscode-'));
  const extensionsFolder = path.join(dataFolder, 'extensions');
  fs.mkdirSync(extensionsFolder, { recursive: true });
  writeSettings(dataFolder, { ...quiet, ...options.settings });
  const common = ['--server-data-dir', dataFolder, '--extensions-dir', extensionsFolder];
  // An empty gallery: no call to a marketplace, ever.
  const env = { ...process.env, EXTENSIONS_GALLERY: '{}', ...options.env };
  for (const vsix of options.vsix ?? []) installExtension(vsix, common, env);
  const args = [
    ...common,
    '--host=127.0.0.1',
    `--port=${options.port ?? 0}`,
    ...(options.connectionToken === undefined
      ? ['--without-connection-token']
      : [`--connection-token-file=${writeToken(dataFolder, options.connectionToken)}`]),
    '--accept-server-license-terms',
    '--telemetry-level=off',
    // The environment is the one that is given, whatever the start files of a login shell make of theirs.
    '--force-disable-user-env',
    `--builtin-extensions-dir=${builtinExtensions}`,
    ...(options.defaultFolder === undefined ? [] : [`--default-folder=${options.defaultFolder}`]),
    ...(options.testDriver ? ['--enable-smoke-test-driver'] : []),
    ...(options.workspaceTrust ? [] : ['--disable-workspace-trust']),
  ];
  // A group of its own, so that stopping it also stops its extension hosts and terminals.
  const child = spawn(nodeForHost(), [serverMain, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const kill = () => killGroup(child, 'SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  try {
    const port = await listeningPort(child);
    const stop = async () => {
      process.off('exit', kill);
      killGroup(child, 'SIGTERM');
      const timer = setTimeout(kill, 3000);
      await ended;
      clearTimeout(timer);
      kill();
      if (ownFolder) fs.rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
    };
    return { port, pid: child.pid ?? 0, dataFolder, ended, stop };
  } catch (error) {
    kill();
    throw error;
  }
}

/** Replaces the user settings of a host. An open window takes them up when it is reloaded. */
export function writeSettings(dataFolder: string, settings: Readonly<Record<string, unknown>>): void {
  const file = path.join(dataFolder, 'data/User/settings.json');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${JSON.stringify(settings, null, 2)}\n`);
}

export function readSettings(dataFolder: string): Record<string, unknown> {
  return JSON.parse(fs.readFileSync(path.join(dataFolder, 'data/User/settings.json'), 'utf8')) as Record<
    string,
    unknown
  >;
}

/** In a file, because a command line can be read by every user of the machine. */
function writeToken(dataFolder: string, token: string): string {
  const file = path.join(dataFolder, 'connection-token');
  fs.writeFileSync(file, token, { mode: 0o600 });
  return file;
}

function nodeForHost(): string {
  return fs.existsSync(bundledNode) ? bundledNode : process.execPath;
}

function installExtension(vsix: string, common: readonly string[], env: NodeJS.ProcessEnv): void {
  const args = [serverMain, ...common, '--accept-server-license-terms', '--install-extension', vsix, '--force'];
  const { status, stdout, stderr } = spawnSync(nodeForHost(), args, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`VS Code could not install ${vsix}:\n${stdout}${stderr}`);
}

function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const output: string[] = [];
    const read = (line: string) => {
      output.push(line);
      const port = /^Extension host agent listening on (\d+)/.exec(line)?.[1];
      if (port) resolve(Number(port));
    };
    if (child.stdout) createInterface(child.stdout).on('line', read);
    if (child.stderr) createInterface(child.stderr).on('line', read);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`VS Code's server did not start:\n${output.join('\n')}`)));
  });
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is already gone.
  }
}
