import process from 'node:process';
import { addFault } from '../../../src/sandbox/kernel/fault.ts';
import { startSandbox } from '../../../src/sandbox/shell/startSandbox.ts';
import { decodeAwsChunked } from '../../../src/sandbox/wire/awsChunked.ts';
import { decodeCall } from '../../../src/sandbox/wire/codec.ts';
import { serviceSchema } from '../../../src/sandbox/wire/serviceCatalog.ts';
import { readSignature } from '../../../src/sandbox/wire/sigV4.ts';
import type { WireRequest } from '../../../src/sandbox/wire/wireMessage.ts';
import { largeAccount } from './largeAccount.ts';

/** One request as it came over the wire, retries counted. */
export interface SeenCall {
  readonly region: string;
  readonly operation: string;
  readonly status: number;
}
export interface Begun {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly clusters: number;
  readonly resources: number;
}
export type Asked = { readonly fault: object } | 'calls' | 'end';

/** The large account in a process of its own: what its parent measures of time and memory is the product's alone. */
async function serve(): Promise<void> {
  const { snapshot, clusters, resources } = largeAccount(Number(process.argv[2] ?? 200));
  const running = await startSandbox({ initial: snapshot, speed: 1 });
  let seen: SeenCall[] = [];
  const handle = running.sandbox.handle.bind(running.sandbox);
  const counted = async (request: WireRequest) => {
    const answer = await handle(request);
    const scope = readSignature(request)?.scope;
    const schema = scope && (await serviceSchema(scope.service));
    const operation = schema ? decodeCall(schema, decodeAwsChunked(request)).operation.name : 'unknown';
    seen.push({ region: scope?.region ?? '', operation, status: answer.status });
    return answer;
  };
  Object.assign(running.sandbox, { handle: counted });
  process.on('message', (asked: Asked) => {
    if (asked === 'end') return void running.close().then(() => process.exit());
    if (asked !== 'calls') return void process.send?.(addFault(running.sandbox.account, asked.fault));
    process.send?.(seen);
    seen = [];
  });
  process.once('disconnect', () => process.exit());
  const { endpoint, accessKeyId, secretAccessKey } = running;
  process.send?.({ endpoint, accessKeyId, secretAccessKey, clusters, resources } satisfies Begun);
}

if (process.send) await serve();
