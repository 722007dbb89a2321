// CONTRACT: the simulated account behind one function from request to response; the shell around it (src/sandbox/shell) adds sockets.
import { randomUUID } from 'node:crypto';
import { resourceProviders } from './cloudformation/registry.ts';
import { Account, type AccountSnapshot, type Service } from './kernel/account.ts';
import { AwsError, notImplemented } from './kernel/awsError.ts';
import { practiceCredential, type Credential } from './kernel/credential.ts';
import { apiFault } from './kernel/fault.ts';
import { kubernetes } from './kubernetes/kubernetesService.ts';
import { withFaults } from './providers/faultyProvider.ts';
import { autoScaling } from './services/autoscaling.ts';
import { cloudFormationService } from './services/cloudformation.ts';
import { ec2 } from './services/ec2.ts';
import { ecs } from './services/ecs.ts';
import { eks } from './services/eks.ts';
import { elasticLoadBalancing } from './services/elasticLoadBalancing.ts';
import { iam } from './services/iam.ts';
import { kms } from './services/kms.ts';
import { logs } from './services/logs.ts';
import { route53 } from './services/route53.ts';
import { s3 } from './services/s3.ts';
import { serviceQuotas } from './services/serviceQuotas.ts';
import { withLimits } from './services/limits.ts';
import { authorize } from './services/iam/authorize.ts';
import { ssm } from './services/ssm.ts';
import { devicePage } from './services/sso/devicePage.ts';
import { ssoOidc } from './services/ssoOidc.ts';
import { ssoPortal } from './services/ssoPortal.ts';
import { sts } from './services/sts.ts';
import { decodeAwsChunked } from './wire/awsChunked.ts';
import { decodeCall } from './wire/codec.ts';
import { commonError, errorResponse } from './wire/errorResponse.ts';
import { checkRequired } from './wire/requiredCheck.ts';
import { serviceSchema, unsignedService, type Protocol, type ServiceSchema } from './wire/serviceCatalog.ts';
import { readSignature, verifySignature } from './wire/sigV4.ts';
import { DroppedConnection, type WireRequest, type WireResponse } from './wire/wireMessage.ts';

const cloudFormation = cloudFormationService(withFaults(resourceProviders));

export const allServices: readonly Service[] = [
  autoScaling,
  cloudFormation,
  ec2,
  ecs,
  eks,
  elasticLoadBalancing,
  iam,
  kms,
  kubernetes,
  logs,
  route53,
  s3,
  serviceQuotas,
  ssm,
  ssoOidc,
  ssoPortal,
  sts,
];

export interface SandboxOptions {
  readonly accountId?: string;
  /** Account time of a new account, in ms; default: now. */
  readonly epoch?: number;
  /** Carries on from here instead of starting a new account. */
  readonly snapshot?: AccountSnapshot;
  /** Where this sandbox is reached from outside, without a slash at the end: stream URLs are made from it. */
  readonly publicUrl?: string;
  /** For tests of one service: others than all. */
  readonly services?: readonly Service[];
  /** Real time in ms, by which signatures and tokens are judged. */
  readonly realNow?: () => number;
}

export interface Sandbox {
  readonly account: Account;
  /** The administrator `user/practice`. */
  readonly credential: Credential;
  /** Rejects only with `DroppedConnection`. */
  handle(request: WireRequest): Promise<WireResponse>;
}

export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const { services = allServices, realNow = Date.now } = options;
  const start = options.snapshot ?? { accountId: options.accountId ?? '000000000000', now: options.epoch ?? realNow() };
  const account = new Account(services.map(withLimits), start);
  account.publicUrl = options.publicUrl;
  account.realNow = realNow;
  const credential = practiceCredential(account);

  const handle = async (request: WireRequest): Promise<WireResponse> => {
    const requestId = randomUUID();
    const scope = readSignature(request)?.scope;
    const page = scope ? undefined : devicePage(account, request);
    if (page) return page;
    const service = scope?.service ?? unsignedService(request);
    const schema = await serviceSchema(service ?? 'sts');
    const protocol = schema && service ? schema.protocol : guessProtocol(request);
    try {
      return answer(request, schema, protocol, requestId);
    } catch (error) {
      if (error instanceof DroppedConnection) throw error;
      const response = errorResponse(toAwsError(error, protocol), { protocol, schema, requestId });
      return request.method === 'HEAD' ? { ...response, body: '' } : response;
    }
  };

  const answer = (
    request: WireRequest,
    schema: ServiceSchema | undefined,
    protocol: Protocol,
    requestId: string,
  ): WireResponse => {
    const verified = unsignedService(request) ? anonymous : verifySignature(request, account, realNow());
    if ('fault' in verified) throw commonError(protocol, verified.fault, verified.detail);
    const { principal, scope } = verified;
    if (!schema) throw notImplemented(scope.service);
    const call = decodeCall(schema, decodeAwsChunked(request));
    const { name } = call.operation;
    const fault = apiFault(account, schema.service, name);
    if (fault?.effect === 'drop-request') throw new DroppedConnection();
    if (fault?.effect === 'throttle') throw commonError(protocol, 'throttled');
    if (fault?.effect === 'error') throw new AwsError(fault.code ?? '', fault.message ?? '', fault.status);
    const input = call.read();
    checkRequired(schema, call.operation.input, input);
    const context = { account, region: scope.region, principal, requestId };
    if (verified !== anonymous) authorize(context, schema.service, name, input);
    // EC2 says in this way that the caller may, and that the rest would do.
    if (schema.service === 'ec2' && (input as { DryRun?: boolean }).DryRun)
      throw new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
    const output = account.call(context, schema.service, name, input);
    if (fault?.effect === 'drop-response') throw new DroppedConnection();
    return call.write(output, requestId);
  };

  return { account, credential, handle };
}

/** Who bears no signature: the services of the sign-in look at what else they bear. */
const anonymous = {
  principal: { accountId: 'anonymous', arn: 'anonymous', userId: 'anonymous' },
  scope: { region: 'us-east-1', service: 'anonymous' },
} as const;

/** For requests whose service cannot be told. */
function guessProtocol({ headers }: WireRequest): Protocol {
  return headers['x-amz-target'] ? 'json' : headers['content-type']?.includes('json') ? 'rest-json' : 'query';
}

function toAwsError(error: unknown, protocol: Protocol): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof URIError) return commonError(protocol, 'malformed');
  const { code, message, status } = commonError(protocol, 'internal');
  // A defect of the sandbox's own: say where, or nobody finds it.
  return new AwsError(
    code,
    `${message} (sandbox defect: ${error instanceof Error ? (error.stack ?? error.message) : String(error)})`,
    status,
  );
}
