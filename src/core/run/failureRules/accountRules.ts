import type { FailureRule } from './failureRule.ts';

/** What the account, the region or the VPC does not allow. */
export const accountRules: readonly FailureRule[] = [
  {
    code: 'denied-by-scp',
    message: /explicit deny in a (service control|resource control) policy/i,
    what: 'A policy of the organization forbids what the run does with {resource}.',
    why: 'No permission in this account can override it: {message}',
    fix: 'Ask who runs the AWS organization for an exception and retry, or use an account without this rule.',
    change: { fix: 'Ask who runs the AWS organization for an exception, then retry.' },
  },
  {
    code: 'access-denied',
    general: true,
    message:
      /AccessDenied|not authorized to perform|UnauthorizedOperation|UnauthorizedTaggingOperation|is not authorized/i,
    what: 'A permission is missing for {resource}.',
    why: '{message}',
    fix: 'Ask for the permission that AWS names, then retry.',
  },
  {
    code: 'unsupported-zone',
    message:
      /UnsupportedAvailabilityZone|targeted availability zone|does not support the availability zone|not supported in .*availability zone/i,
    what: 'One of the zones cannot be used for {resource}.',
    why: '{message}',
    fix: 'Name other zones by id under network.zones, delete what was made and create again.',
    specPath: 'network.zones',
    change: {
      fix: 'A cluster’s zones stay as they are: take out of the spec what needs {resource} there, then retry.',
    },
  },
  {
    code: 'version-not-offered',
    message: /unsupported Kubernetes( minor)? version|not a valid Kubernetes version/i,
    what: 'EKS does not offer this Kubernetes version.',
    why: '{message}',
    fix: 'Choose a version that EKS offers, then retry.',
    specPath: 'version',
  },
  {
    code: 'endpoint-dns-conflict',
    message: /conflicting DNS domain|private-dns-enabled cannot be set/i,
    what: 'The VPC already has a private name for the service of {resource}.',
    why: 'Another endpoint, or a hosted zone that is associated with the VPC, answers for it.',
    fix: 'Remove the other endpoint or hosted zone, then retry.',
  },
  {
    code: 'endpoint-service-missing',
    message: /(Vpc|VPC) ?[Ee]ndpoint ?[Ss]ervice .*does not exist|InvalidServiceName/,
    what: 'This region has no endpoint service for {resource}.',
    why: '{message}',
    fix: 'Switch the feature that needs it off and retry, or choose another region.',
    specPath: 'features',
    change: { fix: 'Switch the feature that needs it off, then retry.', specPath: 'features' },
  },
  {
    code: 'too-few-addresses',
    general: true,
    message: /InsufficientFreeAddresses|insufficient free (IP )?addresses|not have enough free (IP )?addresses/i,
    what: 'A subnet has too few free addresses for {resource}.',
    why: 'Control plane, endpoints, nodes and pods take their addresses from the same subnets.',
    fix: 'Choose a larger network.cidr, or larger subnets of an existing VPC; delete what was made and create again.',
    specPath: 'network.cidr',
    change: { fix: 'Free addresses in the subnet that AWS names, or want fewer nodes or endpoints, then retry.' },
  },
  {
    code: 'quota-exceeded',
    general: true,
    message: /LimitExceeded|ServiceLimitExceeded|maximum number of|quota|limit (has been )?(reached|exceeded)/i,
    what: 'A quota of the account does not allow {resource}.',
    why: '{message}',
    fix: 'Remove what is no longer needed or ask for a higher quota in Service Quotas, then retry.',
  },
];
