// CONTRACT: how a process without a terminal asks for a code of an MFA device, and how a window gives it: by files (0600) in the state folder.
import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import * as z from 'zod/mini';
import { PrivateEksError } from '../../errors.ts';
import { processIsAlive } from '../../state/processIsAlive.ts';
import { readStateFile, readStateJson, writeStateFile } from '../../state/stateFile.ts';

const requestShape = z.object({
  version: z.literal(1),
  /** Process and number: another question has another id. */
  id: z.string().check(z.regex(/^\d+-\d+$/)),
  pid: z.int(),
  host: z.string(),
  profile: z.string(),
  /** ARN or number of the device. */
  serial: z.string(),
  /** For people: "create payments". */
  purpose: z.string(),
  /** Why AWS did not take the code before. */
  refusal: z.exactOptional(z.string()),
});

export type CodeRequest = Readonly<z.infer<typeof requestShape>>;

export function codesFolder(home: string): string {
  return path.join(home, 'codes');
}

const requestFile = (home: string, id: string) => path.join(codesFolder(home), `${id}.json`);
const codeFile = (home: string, id: string) => path.join(codesFolder(home), `${id}.code`);

export async function writeRequest(home: string, request: CodeRequest): Promise<void> {
  await writeStateFile(requestFile(home, request.id), JSON.stringify(request));
}

/** Both files of a question. */
export function filesOf(home: string, id: string): readonly string[] {
  return [requestFile(home, id), codeFile(home, id)];
}

export async function removeRequest(home: string, id: string): Promise<void> {
  for (const file of filesOf(home, id)) await rm(file, { force: true });
}

/** What the processes of this machine ask now, the oldest first. What a dead one left is removed. */
export async function listRequests(home: string, isAlive = processIsAlive): Promise<CodeRequest[]> {
  const names = await readdir(codesFolder(home)).catch(() => []);
  const found: CodeRequest[] = [];
  for (const name of names.filter(name => /^\d+-\d+\.json$/.test(name))) {
    const id = name.slice(0, -'.json'.length);
    const request = requestShape.safeParse(await readStateJson(requestFile(home, id))).data;
    if (request?.id !== id || request.host !== hostname()) continue;
    if (isAlive(request.pid)) found.push(request);
    else await removeRequest(home, id);
  }
  const number = ({ id }: CodeRequest) => Number(id.split('-')[1]);
  return found.sort((a, b) => a.pid - b.pid || number(a) - number(b));
}

/** Gives the code to the process that asked. False when nobody asks any more. @throws PrivateEksError `mfa-code` */
export async function giveCode(home: string, { id }: CodeRequest, code: string): Promise<boolean> {
  if (!/^\d{6}$/.test(code)) throw new PrivateEksError('mfa-code', 'A code of an MFA device has six digits.');
  const isOpen = async () => (await readStateFile(requestFile(home, id))) !== undefined;
  if (!(await isOpen())) return false;
  await writeStateFile(codeFile(home, id), code);
  if (await isOpen()) return true;
  // Taken, or its process went meanwhile: either way no code stays behind.
  await rm(codeFile(home, id), { force: true });
  return true;
}

export async function hasCome(home: string, id: string): Promise<boolean> {
  return (await readStateFile(codeFile(home, id))) !== undefined;
}

/** The code, which nobody can read after this. */
export async function takeCode(home: string, id: string): Promise<string | undefined> {
  const code = await readStateFile(codeFile(home, id));
  if (code === undefined) return undefined;
  await removeRequest(home, id);
  return code.trim();
}
