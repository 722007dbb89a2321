import { setImmediate as turn } from 'node:timers/promises';
import { seededRandom } from '../../../../src/sandbox/agent/channelFaults.ts';
import { digestOfNoise, download, upload } from './measuredTarget.ts';
import { openSession, type OpenSession, type SessionSource } from './openSession.ts';

/** A simulated agent whose sockets can be cut one at a time. */
export interface SoakAgent extends SessionSource {
  cut(sessionId: string): Promise<number> | number;
}

export interface SoakOptions {
  readonly agent: SoakAgent;
  readonly seed: number;
  readonly bytesEachWay: number;
  readonly sessions: number;
  /** Streams of each session in each direction. */
  readonly streams: number;
  readonly cuts: number;
  readonly onProgress?: (figures: SoakFigures) => void;
}

export interface SoakFigures {
  bytesIn: number;
  bytesOut: number;
  cuts: number;
  resumes: number;
  streamsDone: number;
  readonly streams: number;
  /** What arrived otherwise than it was sent: must stay empty. */
  readonly differences: string[];
  readonly sessionsLost: string[];
}

/** Moves noise both ways through many sessions, cuts sockets at random moments of it, and compares digests. */
export async function soakTransfer(options: SoakOptions): Promise<SoakFigures> {
  const { agent, seed, bytesEachWay, sessions, streams, cuts } = options;
  const random = seededRandom(seed);
  const figures: SoakFigures = {
    ...{ bytesIn: 0, bytesOut: 0, cuts: 0, resumes: 0, streamsDone: 0, streams: sessions * streams * 2 },
    ...{ differences: [], sessionsLost: [] },
  };
  const ids: string[] = [];
  const open: OpenSession[] = [];
  for (let number = 0; number < sessions; number++)
    open.push(
      await openSession({
        start: async () => {
          const grant = await agent.start();
          ids.push(grant.sessionId);
          return grant;
        },
        resume: sessionId => agent.resume(sessionId),
      }),
    );
  // Moments are places in the traffic, so that the same seed cuts at the same places however busy the machine is.
  const moments = Array.from({ length: cuts }, () => random() * bytesEachWay * 2).sort((a, b) => a - b);
  let cutting = Promise.resolve();
  const count = (direction: 'bytesIn' | 'bytesOut') => (bytes: number) => {
    figures[direction] += bytes;
    while (moments[0] !== undefined && figures.bytesIn + figures.bytesOut >= moments[0]) {
      moments.shift();
      // A socket that is being resumed just now cannot be cut: then another one is.
      cutting = cutting.then(async () => {
        for (;;) {
          const struck = await agent.cut(ids[Math.floor(random() * ids.length)] ?? '');
          if (struck > 0) break;
          await turn();
        }
        figures.cuts++;
      });
    }
    options.onProgress?.(figures);
  };
  const length = Math.ceil(bytesEachWay / (sessions * streams));
  const one = async (session: OpenSession, direction: 'bytesIn' | 'bytesOut', ownSeed: number) => {
    const move = direction === 'bytesIn' ? download : upload;
    const digest = await move(session.openStream(), ownSeed, length, count(direction)).catch(String);
    if (digest !== digestOfNoise(ownSeed, length)) figures.differences.push(`${direction} ${ownSeed}: ${digest}`);
    figures.streamsDone++;
  };
  const all = open.flatMap((session, at) =>
    Array.from({ length: streams }, (_, nth) => [
      one(session, 'bytesIn', seed + at * streams + nth),
      one(session, 'bytesOut', seed + 100_000 + at * streams + nth),
    ]).flat(),
  );
  await Promise.all(all);
  await cutting;
  figures.resumes = open.reduce((sum, { states }) => sum + states.filter(state => state === 'resuming').length, 0);
  for (const { states, details } of open) if (states.includes('ended')) figures.sessionsLost.push(details.at(-1) ?? '');
  await Promise.all(open.map(({ channel }) => channel.terminate()));
  return figures;
}

/** Two messages of a hundred: a third of them lost, a third doubled, a third late. */
export const twoInAHundred = { lose: 0.007, double: 0.007, reorder: 0.006 };
