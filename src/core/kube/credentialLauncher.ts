/** What the launcher tries, in order, to run `cli.js token`. */
export interface LauncherInput {
  /** Absolute path of the product's `cli.js`, as it stands now. */
  readonly cli: string;
  /** The runtime that wrote the launcher: the editor's own on the desktop, or a Node. */
  readonly runtime: string;
  readonly platform: NodeJS.Platform;
}

export function launcherName(platform: NodeJS.Platform): string {
  return platform === 'win32' ? 'private-eks-token.cmd' : 'private-eks-token';
}

/**
 * The credential plugin that kubeconfigs name: a script at a fixed path, rewritten whenever the product starts, so that a kubeconfig
 * outlives updates and moves of the extension. `ELECTRON_RUN_AS_NODE` turns the desktop editor's binary into a Node and means
 * nothing to a real one.
 */
export function launcherText({ cli, runtime, platform }: LauncherInput): string {
  if (platform === 'win32')
    return [
      '@echo off',
      'setlocal',
      'set ELECTRON_RUN_AS_NODE=1',
      `if exist "${batch(runtime)}" (`,
      `  "${batch(runtime)}" "${batch(cli)}" %*`,
      ') else (',
      `  node "${batch(cli)}" %*`,
      ')',
      'exit /b %ERRORLEVEL%',
      '',
    ].join('\r\n');
  return [
    '#!/bin/sh',
    'export ELECTRON_RUN_AS_NODE=1',
    `runtime=${shell(runtime)}`,
    '[ -x "$runtime" ] || runtime=$(command -v node) || {',
    '  echo "private-eks: neither $runtime nor node on PATH can run the credential helper; open the editor once" >&2',
    '  exit 1',
    '}',
    `cli=${shell(cli)}`,
    '[ -f "$cli" ] || {',
    '  echo "private-eks: $cli is gone; open the editor once, and this file is written anew" >&2',
    '  exit 1',
    '}',
    'exec "$runtime" "$cli" "$@"',
    '',
  ].join('\n');
}

function shell(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`;
}

function batch(path: string): string {
  return path.replaceAll('%', '%%');
}
