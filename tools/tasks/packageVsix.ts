import fs from 'node:fs';
import process from 'node:process';
import { build } from './checks.ts';
import { nodeProcess } from './nodeProcess.ts';

/** Builds and packs what is published: `private-eks-VERSION.vsix` in the repository's folder. */
export async function packageVsix(): Promise<number> {
  const built = await build();
  if (built !== 0) return built;
  return nodeProcess([
    'node_modules/@vscode/vsce/vsce',
    'package',
    '--no-dependencies',
    // There is no public repository yet from which a marketplace could serve the README's pictures.
    '--allow-missing-repository',
    '--no-rewrite-relative-links',
    '--out',
    vsixFile(),
  ]);
}

/** Named after the version, in the working directory, which every task sets to the repository's folder. */
export function vsixFile(): string {
  const { name, version } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as { name: string; version: string };
  return `${process.cwd()}/${name}-${version}.vsix`;
}
