import process from 'node:process';
import type { BenchClientName, BenchService } from './benchClients.ts';
import { measureClient, type ClientFigures } from './measureClient.ts';

/** Between the bench and the process of a client. */
export interface Asked {
  readonly id: number;
  readonly order: 'start' | 'resume' | 'received';
  readonly sessionId?: string;
}
export interface Answered {
  readonly id: number;
  readonly value: unknown;
}
export interface Done {
  readonly figures: ClientFigures;
}

const [name, targetPort] = process.argv.slice(2);
const waiting = new Map<number, (value: unknown) => void>();
process.on('message', ({ id, value }: Answered) => {
  waiting.get(id)?.(value);
  waiting.delete(id);
});
let asked = 0;
const ask = <T>(question: Omit<Asked, 'id'>): Promise<T> => {
  const id = ++asked;
  const answer = new Promise<unknown>(resolve => waiting.set(id, resolve)) as Promise<T>;
  process.send?.({ ...question, id } satisfies Asked);
  return answer;
};
const service: BenchService = {
  targetPort: Number(targetPort),
  start: () => ask({ order: 'start' }),
  resume: sessionId => ask({ order: 'resume', sessionId }),
  received: () => ask({ order: 'received' }),
};
const figures = await measureClient(name as BenchClientName, service);
process.send?.({ figures } satisfies Done, () => process.exit());
