import { NormalizedSchema } from '@smithy/core/schema';
import { compileRoute, type Route } from './route.ts';
import { splitTarget, type WireRequest } from './wireMessage.ts';

export type Protocol = 'query' | 'ec2' | 'json' | 'rest-json' | 'rest-xml';

interface CatalogEntry {
  readonly protocol: Protocol;
  readonly xmlNamespace?: string;
  /** What stands before the dot of `X-Amz-Target`. */
  readonly targetPrefix?: string;
  /** A client package exports its service's schemas; loaded at the first request to the service. */
  readonly load: () => Promise<object>;
}

/** By the service's name in a signature's credential scope. */
const catalog: Readonly<Record<string, CatalogEntry>> = {
  sts: {
    protocol: 'query',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    load: () => import('@aws-sdk/client-sts'),
  },
  iam: {
    protocol: 'query',
    xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    load: () => import('@aws-sdk/client-iam'),
  },
  cloudformation: {
    protocol: 'query',
    xmlNamespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
    load: () => import('@aws-sdk/client-cloudformation'),
  },
  autoscaling: {
    protocol: 'query',
    xmlNamespace: 'http://autoscaling.amazonaws.com/doc/2011-01-01/',
    load: () => import('@aws-sdk/client-auto-scaling'),
  },
  ec2: {
    protocol: 'ec2',
    xmlNamespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
    load: () => import('@aws-sdk/client-ec2'),
  },
  elasticloadbalancing: {
    protocol: 'query',
    xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
    load: () => import('@aws-sdk/client-elastic-load-balancing-v2'),
  },
  kms: { protocol: 'json', targetPrefix: 'TrentService', load: () => import('@aws-sdk/client-kms') },
  logs: { protocol: 'json', targetPrefix: 'Logs_20140328', load: () => import('@aws-sdk/client-cloudwatch-logs') },
  ssm: { protocol: 'json', targetPrefix: 'AmazonSSM', load: () => import('@aws-sdk/client-ssm') },
  ecs: {
    protocol: 'json',
    targetPrefix: 'AmazonEC2ContainerServiceV20141113',
    load: () => import('@aws-sdk/client-ecs'),
  },
  servicequotas: {
    protocol: 'json',
    targetPrefix: 'ServiceQuotasV20190624',
    load: () => import('@aws-sdk/client-service-quotas'),
  },
  eks: { protocol: 'rest-json', load: () => import('@aws-sdk/client-eks') },
  'sso-oauth': { protocol: 'rest-json', load: () => import('@aws-sdk/client-sso-oidc') },
  awsssoportal: { protocol: 'rest-json', load: () => import('@aws-sdk/client-sso') },
  route53: {
    protocol: 'rest-xml',
    xmlNamespace: 'https://route53.amazonaws.com/doc/2013-04-01/',
    load: () => import('@aws-sdk/client-route-53'),
  },
  s3: {
    protocol: 'rest-xml',
    xmlNamespace: 'http://s3.amazonaws.com/doc/2006-03-01/',
    load: () => import('@aws-sdk/client-s3'),
  },
};

/** Operations that nobody signs: what they bear in their body or in a header of their own says who asks. */
const unsigned: Readonly<Record<string, string>> = {
  'POST /client/register': 'sso-oauth',
  'POST /device_authorization': 'sso-oauth',
  'POST /token': 'sso-oauth',
  'GET /federation/credentials': 'awsssoportal',
  'GET /assignment/accounts': 'awsssoportal',
  'GET /assignment/roles': 'awsssoportal',
  'POST /logout': 'awsssoportal',
};

/** The service of a request that bears no signature and needs none. */
export function unsignedService({ method, target, headers }: WireRequest): string | undefined {
  const { path, query } = splitTarget(target);
  const signed = headers['authorization'] !== undefined || query.has('X-Amz-Algorithm') || query.has('aws_iam');
  return signed ? undefined : unsigned[`${method} ${path}`];
}

export interface OperationSchema {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
}

export interface ErrorSchema {
  readonly schema: NormalizedSchema;
  readonly status: number | undefined;
}

export interface ServiceSchema {
  readonly service: string;
  readonly protocol: Protocol;
  readonly xmlNamespace: string;
  readonly targetPrefix: string;
  readonly operations: ReadonlyMap<string, OperationSchema>;
  /** By the code that stands in an error response. */
  readonly errors: ReadonlyMap<string, ErrorSchema>;
  readonly routes: readonly Route[];
}

const loaded = new Map<string, Promise<ServiceSchema>>();

/** Undefined for a service that this sandbox does not know. */
export function serviceSchema(service: string): Promise<ServiceSchema> | undefined {
  const entry = Object.hasOwn(catalog, service) ? catalog[service] : undefined;
  if (!entry) return undefined;
  let schema = loaded.get(service);
  if (!schema) loaded.set(service, (schema = entry.load().then(module => indexSchemas(service, entry, module))));
  return schema;
}

type OperationTuple = [9, string, string, { http?: [string, string, number] }, () => never, () => never];
type ErrorTuple = [-3, string, string, { awsQueryError?: [string, number]; httpError?: number }];

function indexSchemas(service: string, entry: CatalogEntry, module: object): ServiceSchema {
  const operations = new Map<string, OperationSchema>();
  const errors = new Map<string, ErrorSchema>();
  const routes: Route[] = [];
  const byBinding = entry.protocol === 'rest-json' || entry.protocol === 'rest-xml';
  for (const value of Object.values(module)) {
    if (!Array.isArray(value)) continue;
    if (value[0] === 9) {
      const [, , name, traits, input, output] = value as OperationTuple;
      const operation = { name, input: NormalizedSchema.of(input), output: NormalizedSchema.of(output) };
      operations.set(name, operation);
      if (byBinding && traits.http) routes.push(compileRoute(operation, traits.http));
    } else if (value[0] === -3) {
      const [, , name, traits] = value as ErrorTuple;
      const [code, status] = (entry.protocol === 'query' && traits.awsQueryError) || [name, traits.httpError];
      // Over AWS JSON every error of the caller's is a 400, whatever the model says.
      const schema = NormalizedSchema.of(value as never);
      errors.set(code, { schema, status: entry.protocol === 'json' && (status ?? 400) < 500 ? 400 : status });
    }
  }
  const { protocol, xmlNamespace = '', targetPrefix = '' } = entry;
  return { service, protocol, xmlNamespace, targetPrefix, operations, errors, routes };
}
