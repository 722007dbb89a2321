import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const folder = path.resolve('node_modules', '.cache', 'debian-kubectl');
const binary = path.join(folder, 'usr', 'bin', 'kubectl');

/**
 * Debian 12's kubectl 1.20.2, the oldest that is still handed out, unpacked from its package without root and kept in
 * node_modules/.cache; or why it cannot be had.
 */
export function debianKubectl(): { readonly binary: string } | { readonly missing: string } {
  if (version(binary) === undefined) {
    if (process.platform !== 'linux') return { missing: 'Debian’s kubectl runs on Linux alone' };
    const draft = `${folder}.${process.pid}`;
    try {
      mkdirSync(draft, { recursive: true });
      fetchPackage(draft);
      rmSync(folder, { recursive: true, force: true });
      renameSync(draft, folder);
    } catch (error) {
      return { missing: `Debian’s package kubernetes-client cannot be had: ${firstLine(error)}` };
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  }
  const found = version(binary);
  if (found === undefined) return { missing: 'Debian’s kubectl does not run on this machine' };
  // Later releases of Debian package later versions, which prove nothing about an old client.
  return /"v1\.20\./.test(found)
    ? { binary }
    : { missing: `this machine’s package lists offer ${found.trim()}, not 1.20` };
}

/** With the package lists as they are; where there are none, with lists of our own, which need no root either. */
function fetchPackage(draft: string): void {
  try {
    download(draft, []);
  } catch {
    const private_ = [`Dir::State::Lists=${draft}/lists`, `Dir::Cache=${draft}/cache`, 'Acquire::Languages=none'];
    for (const part of ['lists', 'cache/archives']) mkdirSync(path.join(draft, part, 'partial'), { recursive: true });
    run(draft, 'apt-get', ...options(private_), 'update');
    download(draft, private_);
    for (const part of ['lists', 'cache']) rmSync(path.join(draft, part), { recursive: true, force: true });
  }
  const debs = readdirSync(draft).filter(name => name.endsWith('.deb'));
  for (const deb of debs) {
    run(draft, 'dpkg-deb', '-x', deb, '.');
    rmSync(path.join(draft, deb));
  }
}

const download = (draft: string, more: readonly string[]) =>
  run(draft, 'apt-get', ...options(more), 'download', 'kubernetes-client');
// The user `_apt`, to whom root hands downloads, cannot write here; without root there is no such hand-over and no lock to take.
const options = (more: readonly string[]) =>
  ['APT::Sandbox::User=', 'Debug::NoLocking=1', ...more].flatMap(option => ['-o', option]);

function run(cwd: string, command: string, ...args: string[]): void {
  execFileSync(command, args, { cwd, stdio: 'pipe', timeout: 120_000 });
}

function version(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return execFileSync(file, ['version', '--client', '-o', 'json'], { stdio: 'pipe', timeout: 30_000 })
      .toString()
      .match(/"gitVersion": "[^"]*"/)?.[0];
  } catch {
    return undefined;
  }
}

function firstLine(error: unknown): string {
  const said =
    error instanceof Error && 'stderr' in error && Buffer.isBuffer(error.stderr) ? error.stderr.toString() : '';
  return (said || String(error)).trim().split('\n')[0] ?? '';
}
