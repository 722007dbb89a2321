// The licences of everything that is bundled: shipped beside the bundles, as those licences ask.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const licenceFile = /^(licen[cs]e|copying|notice)([-.].*)?$/i;

/**
 * One text for all packages among a metafile's inputs (paths relative to `root`). Packages with the same words share them.
 * @throws Error naming a package that says neither in its manifest nor in a file under which licence it is
 */
export function thirdPartyNotices(root, inputs) {
  const packages = new Map();
  for (const input of Object.keys(inputs)) {
    const folder = packageFolder(input);
    if (folder) packages.set(folder, describe(root, folder));
  }
  const byText = new Map();
  for (const { name, text } of packages.values()) byText.set(text, [...(byText.get(text) ?? []), name]);
  const parts = [...byText].map(([text, names]) => `${[...new Set(names)].sort().join('\n')}\n\n${text}\n`);
  return `Private EKS contains these packages.\n\n${parts.sort().join(`\n${'-'.repeat(80)}\n\n`)}`;
}

/** `node_modules/a/node_modules/@b/c/dist/d.js` → `node_modules/a/node_modules/@b/c` */
function packageFolder(input) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0];
}

function describe(root, folder) {
  const manifest = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'));
  const files = readdirSync(path.join(root, folder)).filter(name => licenceFile.test(name));
  const texts = files.map(name =>
    readFileSync(path.join(root, folder, name), 'utf8')
      .replaceAll('\r\n', '\n')
      .trim(),
  );
  const licence = typeof manifest.license === 'string' ? manifest.license : undefined;
  if (!licence && texts.length === 0) throw new Error(`${manifest.name} does not say under which licence it is.`);
  const author = manifest.author?.name ?? manifest.author ?? '';
  return {
    name: `${manifest.name} ${manifest.version}`,
    text: texts.length > 0 ? texts.join('\n\n') : `Licence: ${licence}${author ? `, by ${author}` : ''}`,
  };
}
