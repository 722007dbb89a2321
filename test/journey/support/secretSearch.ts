import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What must not be found, by a name that may be. */
export type Secrets = Readonly<Record<string, string>>;

/** Found anywhere but in code, these give a secret away whose value nobody knows. */
const telltales: Secrets = {
  'a cluster token': 'k8s-aws-v1.',
  'a private key': 'PRIVATE KEY',
  'a session’s token': 'TokenValue',
  'a signed URL': 'X-Amz-Signature=',
};

/** Finds secrets as they are, URL-encoded, in JSON, and in base64 of whatever surrounds them. */
export class SecretSearch {
  readonly #forms: (readonly [name: string, form: string])[];

  constructor(secrets: Secrets) {
    const all = { ...telltales, ...secrets };
    this.#forms = Object.entries(all).flatMap(([name, secret]) => {
      if (secret.length < 8) throw new Error(`${name} is too short to be looked for`);
      return formsOf(secret).map(form => [name, form] as const);
    });
  }

  /** `<where>: <what>` for each secret in the text; never the secret. */
  in(where: string, text: string): string[] {
    const found = this.#forms.filter(([, form]) => text.includes(form)).map(([name]) => `${where}: ${name}`);
    return [...new Set(found)];
  }

  /** Every file below the folder, in its name and its text; `except` are paths in it. */
  inFolder(folder: string, except: readonly string[] = []): { files: number; found: string[] } {
    const files = filesBelow(folder).filter(file => !except.includes(file));
    const found = files.flatMap(file => {
      const full = path.join(folder, file);
      return this.in(file, lstatSync(full).isFile() ? `${file}\n${readFileSync(full, 'utf8')}` : file);
    });
    return { files: files.length, found };
  }
}

/** Paths of files, sockets too, relative to the folder, with forward slashes. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => !entry.isDirectory())
    .map(entry => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .toSorted();
}

function formsOf(secret: string): string[] {
  // Base64 of a text at each of the three places where it can begin; the ends depend on what stands beside it.
  const encoded = [0, 1, 2].map(offset => {
    const whole = Buffer.from(`${' '.repeat(offset)}${secret}`)
      .toString('base64')
      .replace(/=+$/, '');
    return whole.slice(offset === 0 ? 0 : offset + 1, -2);
  });
  const urlSafe = encoded.map(form => form.replaceAll('+', '-').replaceAll('/', '_'));
  return [
    ...new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), ...encoded, ...urlSafe]),
  ];
}
