import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readAccountFacts } from '../core/aws/accountFacts.ts';
import { openSession } from '../core/aws/openSession.ts';
import { scaledClock } from '../core/clock.ts';
import { buildPlan } from '../core/plan/buildPlan.ts';
import { startCreate } from '../core/run/createRun.ts';
import { newSpecText } from '../core/spec/newSpecText.ts';
import { parseSpec } from '../core/spec/parseSpec.ts';
import { writeStateFile } from '../core/state/stateFile.ts';
import { makeOldVpc } from './oldVpc.ts';
import type { AccountSnapshot } from '../sandbox/kernel/account.ts';
import { startSandbox, type RunningSandbox } from '../sandbox/shell/startSandbox.ts';

/** The cluster that stands ready in a new practice account. */
export const practiceCluster = 'practice';
/** Fast enough that a person hardly waits for a quarter of an hour of account time. */
const speed = 3000;
/** What was made there lies in the past, also on a slow machine: whoever opens the account begins at the time of their own clock. */
const pastMs = 12 * 3_600_000;

/**
 * An account somebody has worked in: a private cluster made there by this product itself, so that *Connect* works at once, and an old VPC
 * with its defects, which waits for the planner.
 */
export async function livedInAccount(region: string): Promise<AccountSnapshot> {
  const folder = await mkdtemp(path.join(tmpdir(), 'private-eks-'));
  const running = await startSandbox({ region, speed, epoch: Date.now() - pastMs });
  const { account } = running.sandbox;
  try {
    await fill(running, folder);
    account.advanceTo(Date.now());
    return account.snapshot();
  } finally {
    await running.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function fill(running: RunningSandbox, folder: string): Promise<void> {
  const { region, endpoint, accessKeyId, secretAccessKey, scale } = running;
  const configFile = path.join(folder, 'config');
  const credentialsFile = path.join(folder, 'credentials');
  await writeStateFile(configFile, `[profile practice]\nregion = ${region}\nendpoint_url = ${endpoint}\n`);
  await writeStateFile(
    credentialsFile,
    `[practice]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  );
  const session = await openSession({ profile: 'practice', region, configFile, credentialsFile, env: {} });
  try {
    await makeOldVpc(session);
    const { spec } = parseSpec(newSpecText(practiceCluster, region));
    if (!spec) throw new Error('the practice spec is not valid');
    const plan = buildPlan(spec, await readAccountFacts(session));
    const services = { stateHome: folder, session, clock: scaledClock(scale), speed: scale.speed };
    const run = await startCreate(plan, services, { resume: false });
    if (run.kind !== 'own') throw new Error('the practice cluster is being made already');
    const outcome = await run.finished;
    if (outcome !== 'done') throw new Error(`the practice cluster could not be made: ${outcome}`);
  } finally {
    session.dispose();
  }
}
