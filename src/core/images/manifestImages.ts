import { parseAllDocuments } from 'yaml';
import { PrivateEksError } from '../errors.ts';
import { originOf } from './imageOrigin.ts';
import { visibleText } from '../spec/visibleText.ts';
import { imageText, parseImageReference } from './imageReference.ts';
import type { NeededImage } from './planImages.ts';

const containerLists = ['containers', 'initContainers', 'ephemeralContainers'];
const notFilledIn = 'It looks like a chart’s template: give what helm template prints.';
const largestManifest = 32 * 1024 * 1024;

/**
 * Images of Kubernetes manifests: of every pod template in them, whatever kind it stands in, lists and image volumes included.
 * @param file what to call the text in messages
 * @throws PrivateEksError `manifest-unreadable`, `image-name-invalid`
 */
export function manifestImages(text: string, file: string, region: string): NeededImage[] {
  if (text.length > largestManifest)
    throw new PrivateEksError('manifest-unreadable', `${file} is bigger than ${largestManifest / 1024 / 1024} MB.`);
  const names = new Set<string>();
  for (const document of parseAllDocuments(text, { logLevel: 'error' })) {
    const [error] = document.errors;
    if (error) {
      const what = visibleText(error.message.split('\n', 1)[0] ?? '').replace(/:$/, '');
      const hint = /\{\{.*\}\}/.test(text) ? `. ${notFilledIn}` : '';
      throw new PrivateEksError('manifest-unreadable', `${file} is no YAML: ${what}${hint}`, { cause: error });
    }
    collect(document.toJS({ maxAliasCount: 100 }), names, file);
  }
  return [...names].map(name => {
    const reference = parseImageReference(name);
    if (!reference)
      throw new PrivateEksError(
        'image-name-invalid',
        `${file} names the image ${JSON.stringify(name)}, which is no image's name.`,
      );
    return { image: imageText(reference), reference, neededBy: [file], origin: originOf(reference, region) };
  });
}

function collect(value: unknown, names: Set<string>, file: string, depth = 0): void {
  if (typeof value !== 'object' || value === null || depth > 64) return;
  if (Array.isArray(value)) {
    for (const item of value) collect(item, names, file, depth + 1);
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    if (containerLists.includes(key) && Array.isArray(inner)) {
      for (const container of inner as unknown[]) addImage(container, 'image', names, file);
    } else if (key === 'volumes' && Array.isArray(inner)) {
      for (const volume of inner as unknown[])
        if (typeof volume === 'object' && volume !== null && 'image' in volume)
          addImage(volume.image, 'reference', names, file);
    }
    collect(inner, names, file, depth + 1);
  }
}

function addImage(holder: unknown, key: string, names: Set<string>, file: string): void {
  if (typeof holder !== 'object' || holder === null) return;
  const name: unknown = (holder as Record<string, unknown>)[key];
  if (typeof name === 'string' && name !== '') names.add(name);
  // `image: {{ .Values.image }}` is a map to YAML.
  if (typeof name === 'object' && name !== null)
    throw new PrivateEksError('manifest-unreadable', `${file} has an image that is no text. ${notFilledIn}`);
}
