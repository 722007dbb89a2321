import { nodeProcess } from './nodeProcess.ts';

const programs = {
  eslint: 'node_modules/eslint/bin/eslint.js',
  prettier: 'node_modules/prettier/bin/prettier.cjs',
  tsc: 'node_modules/typescript/bin/tsc',
};

/** The sources run in three places with different globals: Node, a webview, and webview tests (Node driving a browser). */
const projects = ['.', 'webview', 'test/webview'];

export async function typecheck(): Promise<number> {
  const codes = [];
  for (const project of projects) codes.push(await nodeProcess([programs.tsc, '-p', project, '--noEmit']));
  return Math.max(...codes);
}

export function lint(args: readonly string[] = []): Promise<number> {
  return nodeProcess([programs.eslint, '--max-warnings', '0', ...(args.length > 0 ? args : ['.'])]);
}

export function format(args: readonly string[] = []): Promise<number> {
  return nodeProcess([programs.prettier, '--log-level', 'warn', '--write', ...(args.length > 0 ? args : ['.'])]);
}

export function formatCheck(): Promise<number> {
  return nodeProcess([programs.prettier, '--log-level', 'warn', '--check', '.']);
}

export function build(args: readonly string[] = []): Promise<number> {
  return nodeProcess(['esbuild.js', ...args]);
}
