import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { hostFolder, hostModules } from './paths.ts';

/** How to start a Chromium: its program and the environment it needs. */
export interface Chromium {
  readonly executablePath: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The Chromium that came from npm, with its own shared libraries and font, so that a bare Linux x64 can run it. */
export async function chromiumFromNpm(): Promise<Chromium> {
  const version = readVersion('@sparticuz/chromium');
  const folder = path.join(hostFolder, '.browser', version);
  if (!fs.existsSync(folder)) await unpack(folder);
  return {
    executablePath: path.join(folder, 'chromium'),
    env: {
      ...process.env,
      LD_LIBRARY_PATH: path.join(folder, 'al2023/lib'),
      FONTCONFIG_FILE: path.join(folder, 'fonts/fonts.conf'),
    },
  };
}

/** Unpacked beside its place and moved there in one step: two test runs may start together. */
async function unpack(folder: string): Promise<void> {
  const draft = `${folder}.${process.pid}`;
  fs.mkdirSync(draft, { recursive: true });
  await promisify(execFile)(process.execPath, [path.join(hostFolder, 'unpackChromium.ts')], {
    env: { ...process.env, TMPDIR: draft, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x', NODE_NO_WARNINGS: '1' },
  });
  fs.writeFileSync(
    path.join(draft, 'fonts/fonts.conf'),
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${folder}/fonts</dir><dir>/usr/share/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>
`,
  );
  try {
    fs.renameSync(draft, folder);
  } catch (error) {
    fs.rmSync(draft, { recursive: true, force: true });
    if (!fs.existsSync(folder)) throw error;
  }
}

function readVersion(name: string): string {
  const manifest = JSON.parse(fs.readFileSync(path.join(hostModules, name, 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
