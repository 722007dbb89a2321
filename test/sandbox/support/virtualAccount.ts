import { ConfiguredRetryStrategy } from '@smithy/core/retry';
import { HttpResponse, type HttpHandler, type HttpRequest } from '@smithy/protocol-http';
import { Readable } from 'node:stream';
import type { AwsClients, AwsSession } from '../../../src/core/aws/awsSession.ts';
import type { Clock } from '../../../src/core/clock.ts';
import type { SandboxResource } from '../../../src/sandbox/kernel/account.ts';
import type { Job } from '../../../src/sandbox/kernel/jobQueue.ts';
import { addFault } from '../../../src/sandbox/kernel/fault.ts';
import { virtualTime } from './virtualTime.ts';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../../src/sandbox/sandbox.ts';
import type { WireRequest } from '../../../src/sandbox/wire/wireMessage.ts';

export interface VirtualAccountOptions extends SandboxOptions {
  /** As if the profile had an `endpoint_url`; default: AWS's own host names. */
  readonly endpoint?: string;
  /** Stands between the clients and the account: what a network, or a bad day of AWS's, does to a request. */
  readonly between?: (
    request: HttpRequest,
    deliver: () => Promise<HttpAnswer>,
    sandbox: Sandbox,
  ) => Promise<HttpAnswer>;
}

export interface HttpAnswer {
  readonly response: HttpResponse;
}

/** One operation as the clients called it. */
export interface ApiCall {
  readonly client: string;
  readonly operation: string;
  readonly input: unknown;
}

export interface VirtualAccount {
  readonly sandbox: Sandbox;
  /** The account's clock, for the product. */
  readonly clock: Clock;
  /** Every call so far, retries not counted. */
  readonly calls: readonly ApiCall[];
  /** A session with real SDK clients that reach the sandbox in-process; as the administrator unless credentials are given. */
  readonly session: (region?: string, credentials?: SessionCredentials) => AwsSession;
  /** Drives account time until `promise` settles. */
  readonly run: <T>(promise: Promise<T>) => Promise<T>;
  /** Lets `seconds` of account time pass. */
  readonly pass: (seconds: number) => Promise<void>;
  /** See `addFault`. */
  readonly fault: (fault: object) => void;
  readonly state: () => { resources: readonly SandboxResource[]; pending: readonly Job[] };
}

export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The simulated account in this process, on virtual time, without a socket. */
export function virtualAccount(options: VirtualAccountOptions = {}): VirtualAccount {
  const sandbox = createSandbox({ epoch: Date.UTC(2026, 5, 1), ...options });
  const time = virtualTime(sandbox.account);
  const calls: ApiCall[] = [];
  const watch: ClientWatch = {
    handler: handlerBetween(sandbox, options.between),
    during: (client, operation, input, work) => {
      calls.push({ client, operation, input });
      return time.during(work());
    },
  };
  const { accessKeyId, secretAccessKey } = sandbox.credential;
  return {
    sandbox,
    clock: time.clock,
    calls,
    session: (region = 'us-east-1', credentials = { accessKeyId, secretAccessKey }) =>
      inProcessSession(region, credentials, options.endpoint, watch),
    run: promise => time.run(promise),
    pass: seconds => time.pass(seconds),
    fault: fault => void addFault(sandbox.account, fault),
    state: () => ({ resources: sandbox.account.resources(), pending: [...sandbox.account.pendingJobs()] }),
  };
}

interface ClientWatch {
  readonly handler: HttpHandler;
  during<T>(client: string, operation: string, input: unknown, work: () => Promise<T>): Promise<T>;
}

function inProcessSession(
  region: string,
  credentials: SessionCredentials,
  endpoint: string | undefined,
  watch: ClientWatch,
): AwsSession {
  const config: ClientConfig = {
    region,
    credentials: () => Promise.resolve(credentials),
    requestHandler: watch.handler,
    // As often as the SDK tries, without its real time in between.
    retryStrategy: new ConfiguredRetryStrategy(3, 0),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
  const clients = new Map<string, Promise<AwsClients[keyof AwsClients]>>();
  return {
    profile: undefined,
    region,
    credentials: () => Promise.resolve(credentials),
    endpoint,
    client: async <K extends keyof AwsClients>(service: K): Promise<AwsClients[K]> => {
      let client = clients.get(service);
      if (!client) clients.set(service, (client = makers[service](config).then(made => watched(service, made, watch))));
      return (await client) as AwsClients[K];
    },
    dispose: () => undefined,
  };
}

interface ClientConfig {
  readonly region: string;
  readonly credentials: () => Promise<SessionCredentials>;
  readonly requestHandler: HttpHandler;
  readonly retryStrategy: ConfiguredRetryStrategy;
  readonly endpoint?: string;
}

const makers: Readonly<{ [K in keyof AwsClients]: (config: ClientConfig) => Promise<AwsClients[K]> }> = {
  autoScaling: async config => new (await import('@aws-sdk/client-auto-scaling')).AutoScalingClient(config),
  cloudFormation: async config => new (await import('@aws-sdk/client-cloudformation')).CloudFormationClient(config),
  logs: async config => new (await import('@aws-sdk/client-cloudwatch-logs')).CloudWatchLogsClient(config),
  ec2: async config => new (await import('@aws-sdk/client-ec2')).EC2Client(config),
  ecs: async config => new (await import('@aws-sdk/client-ecs')).ECSClient(config),
  eks: async config => new (await import('@aws-sdk/client-eks')).EKSClient(config),
  elasticLoadBalancing: async config =>
    new (await import('@aws-sdk/client-elastic-load-balancing-v2')).ElasticLoadBalancingV2Client(config),
  iam: async config => new (await import('@aws-sdk/client-iam')).IAMClient(config),
  kms: async config => new (await import('@aws-sdk/client-kms')).KMSClient(config),
  route53: async config => new (await import('@aws-sdk/client-route-53')).Route53Client(config),
  s3: async config => new (await import('@aws-sdk/client-s3')).S3Client(config),
  serviceQuotas: async config => new (await import('@aws-sdk/client-service-quotas')).ServiceQuotasClient(config),
  ssm: async config => new (await import('@aws-sdk/client-ssm')).SSMClient(config),
  sts: async config => new (await import('@aws-sdk/client-sts')).STSClient(config),
};

/** Counts whole commands, retries and their backoff included, so that account time stands still meanwhile. */
function watched<T extends AwsClients[keyof AwsClients]>(service: string, client: T, watch: ClientWatch): T {
  const stack = client.middlewareStack as unknown as CommandStack;
  stack.add(
    (next, context) => args =>
      watch.during(service, context.commandName.replace(/Command$/, ''), args.input, () => next(args)),
    {
      step: 'initialize',
      priority: 'high',
      name: 'virtualTime',
    },
  );
  return client;
}

type CommandHandler = (args: { input: unknown }) => Promise<unknown>;
interface CommandStack {
  add(
    middleware: (next: CommandHandler, context: { commandName: string }) => CommandHandler,
    options: { step: 'initialize'; priority: 'high'; name: string },
  ): void;
}

function handlerBetween(sandbox: Sandbox, between: VirtualAccountOptions['between']): HttpHandler {
  const handler = handlerOf(sandbox);
  if (!between) return handler;
  const handle = (request: HttpRequest) => between(request, () => handler.handle(request), sandbox);
  return { ...handler, handle };
}

export function handlerOf(sandbox: Sandbox): HttpHandler {
  return {
    handle: async (request: HttpRequest) => {
      const { status, headers, body } = await sandbox.handle(await toWireRequest(request));
      const response = new HttpResponse({ statusCode: status, headers, body: Readable.from([Buffer.from(body)]) });
      response.headers['date'] = new Date().toUTCString();
      return { response };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}

export async function toWireRequest(request: HttpRequest): Promise<WireRequest> {
  const pairs = Object.entries(request.query).flatMap(([key, value]) =>
    [value ?? ''].flat().map(item => `${encodeURIComponent(key)}=${encodeURIComponent(item)}`),
  );
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    method: request.method,
    target: pairs.length === 0 ? request.path : `${request.path}?${pairs.join('&')}`,
    headers: { host: request.hostname, ...headers },
    body: await bytesOf(request.body),
  };
}

async function bytesOf(body: unknown): Promise<Uint8Array> {
  if (body == null) return new Uint8Array();
  // A copy: the SDK's own kind of byte array complains when it is read as anything else.
  if (body instanceof Uint8Array) return new Uint8Array(body);
  if (typeof body === 'string') return Buffer.from(body);
  const parts: Uint8Array[] = [];
  for await (const part of body as AsyncIterable<Uint8Array | string>) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}
