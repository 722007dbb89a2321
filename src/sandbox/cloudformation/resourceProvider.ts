// CONTRACT: how the CloudFormation engine makes, watches and removes one resource type. Providers call the services' operations
// (`context.call`), never their tables, so that a template obeys the same rules as a direct call.
import type { CallContext } from '../kernel/account.ts';

/** Resolved properties: intrinsic functions evaluated, `AWS::NoValue` dropped. CloudFormation passes scalars on as strings or as given. */
export type Properties = Readonly<Record<string, unknown>>;

export interface ProviderContext extends CallContext {
  readonly stackName: string;
  readonly stackId: string;
  readonly logicalId: string;
  /** The stack's tags plus `aws:cloudformation:*`, for types that take tags. */
  readonly stackTags: readonly { readonly Key: string; readonly Value: string }[];
  /** The resource's `UpdatePolicy`, as the template has it. */
  readonly updatePolicy?: Readonly<Record<string, unknown>> | undefined;
  /** Stable per resource and operation: for `ClientToken`s. */
  readonly token: string;
  /** `<stack>-<logical id>-<random>` cut to `maxLength`, as CloudFormation names what has no name. */
  generatedName(maxLength: number): string;
  call<Output extends object>(service: string, operation: string, input: object): Output;
}

export type Progress = 'in-progress' | 'done' | { readonly failed: string };

export interface ResourceProvider {
  /** Every property of the type by AWS's schema; any other is refused with AWS's words. Not simulated ones stand in `unsupported`. */
  readonly properties: readonly string[];
  readonly required: readonly string[];
  /** A change of one of these replaces the resource. */
  readonly createOnly: readonly string[];
  /** Properties that AWS knows and this sandbox does not simulate: refused with `SandboxNotImplemented` before anything is made. */
  readonly unsupported?: readonly string[];
  /** Members of an `UpdatePolicy` that are simulated. */
  readonly updatePolicies?: readonly string[];
  /** Usual seconds on the account's clock between IN_PROGRESS and COMPLETE, beyond what `progress` itself waits for. */
  readonly seconds?: { readonly create?: number; readonly update?: number; readonly delete?: number };
  /** Starts the creation and returns the physical id. Throws `AwsError` as the service does. */
  create(properties: Properties, context: ProviderContext): string;
  /** Asked every few seconds after `create` and `update` until it is not in progress. Default: done. */
  progress?(physicalId: string, properties: Properties, context: ProviderContext): Progress;
  /** In-place change; absent: any change replaces. */
  update?(physicalId: string, next: Properties, previous: Properties, context: ProviderContext): void;
  /** Starts the deletion; a resource that is gone already is no error. */
  delete(physicalId: string, properties: Properties, context: ProviderContext): void;
  deleteProgress?(physicalId: string, properties: Properties, context: ProviderContext): Progress;
  /** Values of `Fn::GetAtt`, by attribute name. */
  attributes?(physicalId: string, properties: Properties, context: ProviderContext): Readonly<Record<string, unknown>>;
  /** For drift detection: the properties as they are now, as far as they can be told of those in `expected`. Throws when it is gone. */
  read?(physicalId: string, expected: Properties, context: ProviderContext): Properties;
  /** What `Ref` gives; default: the physical id. */
  ref?(physicalId: string, properties: Properties, context: ProviderContext): string;
}

export type ResourceProviders = Readonly<Record<string, ResourceProvider>>;
