import path from 'node:path';

/** What the launcher tries, in order, to run `cli.js token`. */
export interface LauncherInput {
  /** Absolute path of the credential plugin, as it stands now. */
  readonly cli: string;
  /** The runtime that wrote the launcher: the editor's own on the desktop, or a Node. */
  readonly runtime: string;
  readonly platform: NodeJS.Platform;
  /** For Windows: names the folders in whose place their variables can stand. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export function launcherName(platform: NodeJS.Platform): string {
  return platform === 'win32' ? 'private-eks-token.cmd' : 'private-eks-token';
}

/**
 * The credential plugin that kubeconfigs name: a script at a fixed path, rewritten whenever the product starts, so that a kubeconfig
 * outlives updates and moves of the extension. `ELECTRON_RUN_AS_NODE` turns the desktop editor's binary into a Node and means
 * nothing to a real one.
 */
export function launcherText({ cli, runtime, platform, env = {} }: LauncherInput): string {
  if (platform === 'win32') return batchText(batchPath(runtime, env), path.win32.basename(cli));
  return [
    '#!/bin/sh',
    'export ELECTRON_RUN_AS_NODE=1',
    `editor=${shell(runtime)}`,
    'runtime=$editor',
    '[ -x "$runtime" ] || runtime=$(command -v node) || {',
    '  echo "private-eks: neither $editor nor node on PATH can run the credential helper; open the editor once" >&2',
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

/**
 * The plugin stands beside the launcher, which finds it by its own place: `cmd` reads a batch file in the console's code page, in which a
 * user's name like Jürgen would be another. No parentheses: one in a path would close them.
 */
function batchText(runtime: string, plugin: string): string {
  return [
    '@echo off',
    // For what is left of other letters than ASCII's: the rest of the file is read as it was written.
    ...(/[^\0-\x7f]/.test(runtime) ? ['chcp 65001 >nul'] : []),
    'setlocal DisableDelayedExpansion',
    'set "ELECTRON_RUN_AS_NODE=1"',
    `set "PLUGIN=%~dp0${plugin}"`,
    `set "RUNTIME=${runtime}"`,
    'if not exist "%PLUGIN%" goto gone',
    'if not exist "%RUNTIME%" goto path',
    '"%RUNTIME%" "%PLUGIN%" %*',
    'exit /b %ERRORLEVEL%',
    ':path',
    'where node >nul 2>nul',
    'if errorlevel 1 goto none',
    'node "%PLUGIN%" %*',
    'exit /b %ERRORLEVEL%',
    ':none',
    '>&2 echo private-eks: neither "%RUNTIME%" nor node on PATH can run the credential helper; open the editor once',
    'exit /b 1',
    ':gone',
    '>&2 echo private-eks: "%PLUGIN%" is gone; open the editor once, and this file is written anew',
    'exit /b 1',
    '',
  ].join('\r\n');
}

/** Below a folder that has a variable, by that variable: its value comes from Windows and is right in every code page. */
function batchPath(file: string, env: Readonly<Record<string, string | undefined>>): string {
  for (const name of ['LOCALAPPDATA', 'APPDATA', 'USERPROFILE', 'ProgramFiles']) {
    const folder = env[name];
    if (folder && file.toLowerCase().startsWith(`${folder.toLowerCase()}\\`))
      return `%${name}%${file.slice(folder.length).replaceAll('%', '%%')}`;
  }
  return file.replaceAll('%', '%%');
}

function shell(file: string): string {
  return `'${file.replaceAll("'", `'\\''`)}'`;
}
