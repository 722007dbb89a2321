import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { repository } from '../vscode-host/paths.ts';
import { startServer } from '../vscode-host/server.ts';
import { packageVsix, vsixFile } from './packageVsix.ts';
import { practiceFolder, preparePractice, type Practice } from './practice.ts';
import { startSandbox } from './sandboxProcess.ts';

const usualPort = 8080;

/**
 * `npm start`: the sandbox and a VS Code with the packaged extension, until Ctrl-C. `--fresh` forgets what earlier starts left,
 * `--port N` asks for a port.
 */
export async function start(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { fresh: { type: 'boolean' }, port: { type: 'string' } } });
  const packaged = await packageVsix();
  if (packaged !== 0) return packaged;
  if (values.fresh) fs.rmSync(practiceFolder, { recursive: true, force: true });
  const practice = preparePractice();
  const interrupted = nextSignal();
  const sandbox = await startSandbox(practice.home);
  try {
    console.log(
      `\nSandbox: account ${sandbox.account.accountId} in ${sandbox.account.region} at ${sandbox.account.endpoint}`,
    );
    if (process.platform === 'linux' && process.arch === 'x64') {
      await serveVscode(
        practice,
        values.port === undefined ? await usualOrFreePort() : Number(values.port),
        interrupted,
      );
    } else {
      await openDesktop(practice, interrupted);
    }
  } finally {
    await sandbox.stop();
  }
  return 0;
}

/** The server refuses whoever does not bring the token that stands in the printed address. */
async function serveVscode(practice: Practice, port: number, interrupted: Promise<void>): Promise<void> {
  const connectionToken = randomBytes(24).toString('base64url');
  const server = await startServer({
    port,
    connectionToken,
    dataFolder: practice.vscode,
    defaultFolder: practice.workspace,
    vsix: [vsixFile()],
    env: { PRIVATE_EKS_HOME: practice.home },
  });
  console.log(`VS Code: http://127.0.0.1:${server.port}/?tkn=${connectionToken}`);
  console.log(
    'Open that address in a browser on this machine. Ctrl-C stops everything; runs and clusters of the sandbox are kept.',
  );
  const first = await Promise.race([interrupted.then(() => 'signal'), server.ended.then(() => 'end')]);
  if (first === 'end') console.error('VS Code has ended by itself.');
  await server.stop();
}

/** Where no VS Code server comes from npm: the desktop VS Code that @vscode/test-electron downloads, with a profile of its own. */
async function openDesktop(practice: Practice, interrupted: Promise<void>): Promise<void> {
  const program = await downloadAndUnzipVSCode({ cachePath: path.join(repository, '.vscode-test') });
  const args = [
    practice.workspace,
    `--extensionDevelopmentPath=${repository}`,
    `--user-data-dir=${path.join(practice.vscode, 'desktop')}`,
    `--extensions-dir=${path.join(practice.vscode, 'extensions')}`,
  ];
  const child = spawn(program, args, { env: { ...process.env, PRIVATE_EKS_HOME: practice.home }, stdio: 'ignore' });
  const closed = new Promise<void>(resolve => child.once('close', () => resolve()));
  console.log('VS Code opens in a window of its own. Ctrl-C or closing the window stops everything.');
  await Promise.race([interrupted, closed]);
  child.kill();
}

/** A browser keeps VS Code's layout by address, so the same port is taken each time when it is free. */
function usualOrFreePort(): Promise<number> {
  return new Promise(resolve => {
    const probe = net.createServer();
    probe.once('error', () => resolve(0));
    probe.listen(usualPort, '127.0.0.1', () => probe.close(() => resolve(usualPort)));
  });
}

function nextSignal(): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}
