import { randomBytes } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { readStateJson, writeStateFile } from '../../state/stateFile.ts';
import type { SessionApi } from '../session/sessionApi.ts';
import { tunnelId, tunnelsFolder, type TunnelKey } from './tunnelRecord.ts';

const ledgerShape = z.object({
  version: z.literal(1),
  accountId: z.string(),
  region: z.string(),
  cluster: z.string(),
  /** `at`: real time, ms. */
  sessions: z.array(z.object({ sessionId: z.string().check(z.regex(/^[\w+=,.@-]{1,96}$/)), at: z.number() })),
});

type Ledger = z.infer<typeof ledgerShape>;

const suffix = '.sessions';
/** Killed again and again, a tunnel does not leave more than this to be ended. */
const mostKept = 64;

/**
 * The open sessions of one tunnel, in a file (0600), so that those of a killed process are found and ended by the next: AWS lists a
 * session as active for days when nobody ends it. Held only by whoever has the tunnel's control socket.
 */
export class SessionLedger {
  readonly #home: string;
  readonly #key: TunnelKey;
  #sessions: Ledger['sessions'] = [];
  #written: Promise<void> = Promise.resolve();

  private constructor(home: string, key: TunnelKey) {
    this.#home = home;
    this.#key = key;
  }

  /** With what an earlier process left in it. */
  static async open(home: string, key: TunnelKey): Promise<SessionLedger> {
    const ledger = new SessionLedger(home, key);
    ledger.#sessions = (await read(ledgerPath(home, key)))?.sessions ?? [];
    return ledger;
  }

  get sessions(): readonly { readonly sessionId: string; readonly at: number }[] {
    return this.#sessions;
  }

  add(sessionId: string, at: number): Promise<void> {
    this.#sessions = [...this.#sessions, { sessionId, at }].slice(-mostKept);
    return this.#write();
  }

  remove(sessionId: string): Promise<void> {
    if (!this.#sessions.some(session => session.sessionId === sessionId)) return this.#written;
    this.#sessions = this.#sessions.filter(session => session.sessionId !== sessionId);
    return this.#write();
  }

  /** Makes the sessions that another tunnel's killed process left its own; gives them. */
  async takeOver(other: TunnelKey): Promise<Ledger['sessions']> {
    const taken = ledgerPath(this.#home, other);
    const aside = `${taken}.${randomBytes(6).toString('hex')}.tmp`;
    // Of two that take it, one gets it.
    const isMine = await rename(taken, aside).then(
      () => true,
      () => false,
    );
    if (!isMine) return [];
    const sessions = (await read(aside))?.sessions ?? [];
    this.#sessions = [...this.#sessions, ...sessions].slice(-mostKept);
    await this.#write();
    await rm(aside, { force: true });
    return sessions;
  }

  /** One after the other, and the latest last: without sessions there is no file. */
  #write(): Promise<void> {
    const { accountId, region, cluster } = this.#key;
    const file = ledgerPath(this.#home, this.#key);
    this.#written = this.#written
      .then(async () => {
        const ledger: Ledger = { version: 1, accountId, region, cluster, sessions: [...this.#sessions] };
        if (ledger.sessions.length === 0) await rm(file, { force: true });
        else await writeStateFile(file, `${JSON.stringify(ledger)}\n`);
      })
      // A full disk costs the memory of a session, not the session.
      .catch(() => undefined);
    return this.#written;
  }
}

/** Sessions that are in the ledger from their start to their end. */
export function recordedSessions(sessions: SessionApi, ledger: SessionLedger, now: () => number): SessionApi {
  return {
    async start(target, reason, signal) {
      const grant = await sessions.start(target, reason, signal);
      await ledger.add(grant.sessionId, now());
      return grant;
    },
    async resume(sessionId, signal) {
      const grant = await sessions.resume(sessionId, signal);
      if (!grant) await ledger.remove(sessionId);
      return grant;
    },
    async terminate(sessionId) {
      await sessions.terminate(sessionId);
      await ledger.remove(sessionId);
    },
  };
}

/** The tunnels of one account and region that have left sessions open, or have some now. */
export async function tunnelsWithSessions(home: string, { accountId, region }: TunnelKey): Promise<TunnelKey[]> {
  const names = await readdir(tunnelsFolder(home)).catch(() => []);
  const files = names.filter(name => name.endsWith(suffix)).map(name => read(join(tunnelsFolder(home), name)));
  return (await Promise.all(files))
    .filter(ledger => ledger?.accountId === accountId && ledger.region === region)
    .flatMap(ledger => (ledger ? [{ accountId, region, cluster: ledger.cluster }] : []));
}

function ledgerPath(home: string, key: TunnelKey): string {
  return join(tunnelsFolder(home), `${tunnelId(key)}${suffix}`);
}

async function read(file: string): Promise<Ledger | undefined> {
  return ledgerShape.safeParse(await readStateJson(file).catch(() => undefined)).data;
}
