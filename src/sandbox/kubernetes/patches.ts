import { isDeepStrictEqual } from 'node:util';
import { ApiError, badRequest } from './apiError.ts';
import { isObject, type Json } from './fields.ts';

const unprocessable = (message: string) => new ApiError(422, 'Invalid', message);

/** RFC 7386. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: Json = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

/** RFC 6902. */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  return patch.reduce<unknown>((document, step: unknown) => {
    if (!isObject(step)) throw badRequest('jsonpatch: an operation must be an object');
    const path = pointer(step['path']);
    switch (step['op']) {
      case 'add':
        return write(document, path, step['value'], 'add');
      case 'replace':
        read(document, path, 'replace');
        return write(document, path, step['value'], 'replace');
      case 'remove':
        read(document, path, 'remove');
        return write(document, path, undefined, 'remove');
      case 'copy':
        return write(document, path, structuredClone(read(document, pointer(step['from']), 'copy')), 'add');
      case 'move': {
        const from = pointer(step['from']);
        return write(write(document, from, undefined, 'remove'), path, read(document, from, 'move'), 'add');
      }
      case 'test':
        if (isDeepStrictEqual(read(document, path, 'test'), step['value'])) return document;
        throw unprocessable(`testing value ${String(step['path'])} failed: test failed`);
      default:
        throw badRequest(`Unexpected kind: ${String(step['op'])}`);
    }
  }, structuredClone(target));
}

function pointer(text: unknown): string[] {
  if (typeof text !== 'string' || (text !== '' && !text.startsWith('/')))
    throw badRequest('jsonpatch: a path must start with a slash');
  return text
    .split('/')
    .slice(1)
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function read(document: unknown, path: readonly string[], operation: string): unknown {
  return path.reduce<unknown>((below, key) => {
    const found = Array.isArray(below) ? (below as unknown[])[Number(key)] : isObject(below) ? below[key] : undefined;
    if (found === undefined)
      throw unprocessable(
        `${operation} operation does not apply: doc is missing path: /${path.join('/')}: missing value`,
      );
    return found;
  }, document);
}

function write(document: unknown, path: readonly string[], value: unknown, how: 'add' | 'replace' | 'remove'): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(document)) {
    const list = [...(document as unknown[])];
    const index = key === '-' ? list.length : Number(key);
    if (!(index <= list.length)) throw unprocessable(`${how} operation does not apply: invalid array index ${key}`);
    if (rest.length > 0) list[index] = write(list[index], rest, value, how);
    else if (how === 'add') list.splice(index, 0, value);
    else if (how === 'replace') list[index] = value;
    else list.splice(index, 1);
    return list;
  }
  if (!isObject(document))
    throw unprocessable(`${how} operation does not apply: doc is missing path: /${path.join('/')}: missing value`);
  const result = { ...document };
  if (rest.length > 0) result[key] = write(result[key], rest, value, how);
  else if (how === 'remove') delete result[key];
  else result[key] = value;
  return result;
}
