import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { readStateJson, writeStateFile } from '../../state/stateFile.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A sign-in as every AWS tool reads it: `~/.aws/sso/cache/<sha1 of the session's name or start URL>.json`. Times in ISO 8601. */
export interface SsoToken {
  readonly startUrl: string;
  readonly region: string;
  readonly accessToken: string;
  readonly expiresAt: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly registrationExpiresAt: string;
  readonly refreshToken?: string;
}

/** This program, as the OAuth server knows it; kept beside the tokens, as the AWS command does. */
export interface SsoClientRegistration {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly expiresAt: string;
  readonly scopes: readonly string[];
}

/** Where the AWS tools look for `.aws`, in their order. */
export function homeFolder(env: Environment = process.env): string {
  const { HOME, USERPROFILE, HOMEPATH, HOMEDRIVE = `C:${path.sep}` } = env;
  return HOME || USERPROFILE || (HOMEPATH ? HOMEDRIVE + HOMEPATH : homedir());
}

/** `name` is the session's name, or the start URL where a profile has no session. */
export function ssoCacheFile(name: string, env?: Environment): string {
  const hash = createHash('sha1').update(name).digest('hex');
  return path.join(homeFolder(env), '.aws', 'sso', 'cache', `${hash}.json`);
}

/** Undefined for a file that is not there, or holds something else. */
export async function readToken(file: string): Promise<SsoToken | undefined> {
  const found = await readStateJson(file);
  return hasTexts(found, 'accessToken', 'expiresAt') ? (found as SsoToken) : undefined;
}

export async function readRegistration(file: string): Promise<SsoClientRegistration | undefined> {
  const found = await readStateJson(file);
  return hasTexts(found, 'clientId', 'clientSecret', 'expiresAt') ? (found as SsoClientRegistration) : undefined;
}

/** Readable by its owner alone, as a whole or not at all. */
export async function writeCacheFile(file: string, content: SsoToken | SsoClientRegistration): Promise<void> {
  await writeStateFile(file, JSON.stringify(content));
}

/** Without fractions of a second, which old tools do not read. */
export const cacheTime = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');

function hasTexts(value: unknown, ...names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return names.every(name => typeof (value as Record<string, unknown>)[name] === 'string');
}
