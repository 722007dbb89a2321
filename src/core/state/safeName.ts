import { PrivateEksError } from '../errors.ts';

/** A name that becomes a file or a folder of the state folder: nothing that climbs out of it, nothing Windows reserves. */
export function safeName(name: string): string {
  if (!isSafeName(name))
    throw new PrivateEksError('unsafe-name', `"${name.slice(0, 60)}" cannot be the name of a record.`);
  return name;
}

export function isSafeName(name: string): boolean {
  const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,150}$/.test(name) && !name.endsWith('.') && !reserved.test(name);
}
