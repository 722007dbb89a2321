/** What a known failure means. `what` and `fix` may name `{resource}`, `{message}` and the groups of `message`: `{1}`. */
export interface FailureRule {
  readonly code: string;
  /** Tested against AWS's whole reason. */
  readonly message: RegExp;
  readonly type?: RegExp;
  readonly what: string;
  readonly why: string;
  readonly fix: string;
  /** `{group}` is the node group. */
  readonly specPath?: string;
  readonly retryable?: boolean;
  /** Says little: where EKS gives its issue a code, the code is asked first. */
  readonly general?: true;
}

/** First match wins: the particular before the general. */
export const failureRules: readonly FailureRule[] = [
  {
    code: 'sandbox-not-implemented',
    message: /SandboxNotImplemented: ([^"()]+)/,
    what: 'The sandbox does not simulate {1}.',
    why: 'It says so instead of pretending; AWS itself knows it.',
    fix: 'docs/fidelity.md lists what is simulated. Try it on AWS.',
    retryable: false,
  },
  {
    code: 'node-creation-failure',
    message: /NodeCreationFailure|failed to join the kubernetes cluster|Unhealthy nodes/i,
    what: 'The nodes of {resource} started but did not become Ready members of the cluster.',
    why: 'AWS tells only that they did not join in time; the cause is in the network, the permissions or the add-ons.',
    fix: 'Look at the endpoints, their security group, the node role and the vpc-cni add-on, then retry.',
  },
  {
    code: 'quota-vcpu',
    message: /VcpuLimitExceeded|more vCPU capacity than your current vCPU limit/i,
    what: 'The account’s quota of running on-demand vCPUs does not allow these nodes.',
    why: 'New accounts start with small EC2 quotas.',
    fix: 'Ask for a higher quota "Running On-Demand Standard instances" in Service Quotas, or choose fewer or smaller nodes, then retry.',
    specPath: 'nodes.{group}.instanceTypes',
  },
  {
    code: 'quota-spot',
    message: /MaxSpotInstanceCountExceeded|Max spot instance count exceeded/i,
    what: 'The account’s quota of spot vCPUs does not allow these nodes.',
    why: 'Spot has a quota of its own, and new accounts start small.',
    fix: 'Ask for a higher quota "All Standard Spot Instance Requests" in Service Quotas, or set capacity: on-demand, then retry.',
    specPath: 'nodes.{group}.capacity',
  },
  {
    code: 'spot-capacity',
    message:
      /no Spot capacity|SpotMaxPriceTooLow|InsufficientInstanceCapacity.*spot|spot.*InsufficientInstanceCapacity/i,
    what: 'AWS has no spare capacity of these instance types in these zones now.',
    why: 'Spot is what others leave over: it comes and goes by type, zone and hour.',
    fix: 'Name more instance types of similar size for the group, or set capacity: on-demand, then retry.',
    specPath: 'nodes.{group}.instanceTypes',
  },
  {
    code: 'volume-key',
    message:
      /InvalidKMSKey|KMSKeyNotAccessible|KmsKeyId .* is not enabled|Client\.InternalError: Client error on launch/i,
    what: 'The nodes’ disks cannot be encrypted: the key may not be used by Auto Scaling, or is disabled.',
    why: 'Auto Scaling launches by its service-linked role AWSServiceRoleForAutoScaling, which the key’s policy has to allow, grants included. AWS says only that the launch failed.',
    fix: 'Allow the role kms:Decrypt, kms:GenerateDataKeyWithoutPlaintext, kms:CreateGrant and kms:DescribeKey in the key’s policy, or use the account’s default key, then retry.',
    specPath: 'nodes.{group}',
  },
  {
    code: 'image-not-found',
    message: /InvalidAMIID|AmiIdNotFound|image id '?\[?ami-\w+\]?'? does not exist/i,
    what: 'The nodes’ image is gone, or not shared with this account in this region.',
    why: '{message}',
    fix: 'Name an image that `aws ec2 describe-images --image-ids` shows here, then retry.',
    specPath: 'nodes.{group}',
  },
  {
    code: 'instance-profile-missing',
    message:
      /Invalid IAM Instance Profile|IamInstanceProfileNotFound|instance profile .* (cannot be found|does not exist)/i,
    what: 'The nodes’ instance profile is gone.',
    why: '{message}',
    fix: 'Retry makes it again; one that somebody else made has to be made again by hand, with the node role in it.',
  },
  {
    code: 'service-linked-role-missing',
    message: /service[- ]linked role/i,
    what: 'A service-linked role is missing, and this sign-in may not make it.',
    why: '{message}',
    fix: 'Ask who administers the account to run aws iam create-service-linked-role --aws-service-name for the service that AWS names, then retry.',
  },
  {
    code: 'fargate-subnet-public',
    message: /Fargate.*(public|internet gateway)|Subnet .* provided in Fargate Profile is not a private subnet/i,
    what: 'A subnet of the Fargate profile has a route to an internet gateway.',
    why: 'Fargate runs pods in private subnets only: {message}',
    fix: 'Name private subnets, then retry.',
    specPath: 'network',
  },
  {
    code: 'fargate-role',
    message: /PodExecutionRole|Misconfigured PodExecutionRole/i,
    what: 'Fargate cannot take the pod execution role.',
    why: 'The role has to trust eks-fargate-pods.amazonaws.com, and may not be a node role: {message}',
    fix: 'Correct the role’s trust, then retry.',
    specPath: 'fargate',
  },
  {
    code: 'addon-conflict',
    message: /ConfigurationConflict|Conflicts found when trying to apply/i,
    type: /^AWS::EKS::Addon$/,
    what: 'The objects of the add-on {resource} exist already, made or changed by somebody else.',
    why: '{message}',
    fix: 'Remove them, or carry the changes into the add-on’s configuration, then retry.',
    specPath: 'addons',
  },
  {
    code: 'addon-configuration',
    message: /ConfigurationValue provided in request is not supported|Json schema validation failed/i,
    type: /^AWS::EKS::Addon$/,
    what: 'The add-on {resource} does not take its configuration.',
    why: '{message}',
    fix: '`aws eks describe-addon-configuration` shows the schema: correct the configuration, then retry.',
    specPath: 'addons',
  },
  {
    code: 'addon-version',
    message: /Addon version specified is not supported/i,
    type: /^AWS::EKS::Addon$/,
    what: 'The add-on {resource} has no such version for this Kubernetes version.',
    why: '{message}',
    fix: 'Leave the version out, or name one that `aws eks describe-addon-versions` shows, then retry.',
    specPath: 'addons',
  },
  {
    code: 'instance-capacity',
    message: /InsufficientInstanceCapacity|insufficient (instance )?capacity|UnfulfillableCapacity|no Spot capacity/i,
    what: 'AWS has no capacity for this instance type in these zones now.',
    why: 'Capacity differs by zone and hour; it is not an error of the spec.',
    fix: 'Name more instance types for the group, or retry later.',
    specPath: 'nodes.{group}.instanceTypes',
  },
  {
    code: 'instance-type-not-offered',
    message:
      /instance types? .*(not supported|not offered|invalid|does not exist)|Unsupported.*instance type|Ec2InstanceTypeDoesNotExist/i,
    what: 'The instance type is not offered here: {message}',
    why: 'Not every zone offers every type, and the architecture has to fit the image.',
    fix: 'Choose another type for the group, then retry.',
    specPath: 'nodes.{group}.instanceTypes',
  },
  {
    code: 'denied-by-scp',
    message: /explicit deny in a (service control|resource control) policy/i,
    what: 'A policy of the organization forbids making {resource}.',
    why: 'No permission in this account can override it: {message}',
    fix: 'Ask who runs the AWS organization for an exception, or use an account without this rule.',
  },
  {
    code: 'access-denied',
    general: true,
    message:
      /AccessDenied|not authorized to perform|UnauthorizedOperation|UnauthorizedTaggingOperation|is not authorized/i,
    what: 'A permission is missing to make {resource}.',
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
    fix: 'Switch the feature that needs it off, or choose another region.',
    specPath: 'features',
  },
  {
    code: 'too-few-addresses',
    general: true,
    message: /InsufficientFreeAddresses|insufficient free (IP )?addresses|not have enough free (IP )?addresses/i,
    what: 'A subnet has too few free addresses for {resource}.',
    why: 'Control plane, endpoints, nodes and pods take their addresses from the same subnets.',
    fix: 'Choose a larger network.cidr, delete what was made and create again.',
    specPath: 'network.cidr',
  },
  {
    code: 'quota-exceeded',
    general: true,
    message: /LimitExceeded|ServiceLimitExceeded|maximum number of|quota|limit (has been )?(reached|exceeded)/i,
    what: 'A quota of the account does not allow {resource}.',
    why: '{message}',
    fix: 'Remove what is no longer needed or ask for a higher quota in Service Quotas, then retry.',
  },
  {
    code: 'addon-degraded',
    message: /InsufficientNumberOfReplicas|DEGRADED|add-?on is unhealthy|timed out/i,
    type: /^AWS::EKS::Addon$/,
    what: 'The add-on {resource} did not become healthy in time.',
    why: 'Its pods did not run: {message}',
    fix: 'Look at the pods in kube-system; without a Ready node CoreDNS cannot run. Then retry.',
  },
  {
    code: 'administrator-invalid',
    message: /principal.*(invalid|not valid|does not exist)|invalid principal/i,
    type: /^AWS::EKS::AccessEntry$/,
    what: 'The administrator is not an IAM user or role that exists.',
    why: '{message}',
    fix: 'Correct access.administrators, with the role’s path, then retry.',
    specPath: 'access.administrators',
  },
  {
    code: 'already-exists',
    general: true,
    message: /AlreadyExists|already exists|already in use|EntityAlreadyExists|ResourceInUseException/i,
    what: '{resource} exists already, outside this stack.',
    why: 'An earlier attempt, or somebody else, made a thing of the same name: {message}',
    fix: 'Remove it if nobody needs it and retry, or choose another name for the cluster.',
    specPath: 'name',
  },
  {
    code: 'deletion-protected',
    message: /deletion protection|DeletionProtection|termination protection/i,
    what: '{resource} is protected from deletion.',
    why: '{message}',
    fix: 'Switch its protection off, then retry.',
  },
  {
    code: 'still-in-use',
    message: /Cannot delete entity, must (?:detach|remove|delete) .*first/i,
    what: '{resource} cannot be deleted: something was attached to it beside its stack.',
    why: '{message}',
    fix: 'Somebody attached a policy to it, or put it into an instance profile: look who uses that (aws iam list-attached-role-policies, list-instance-profiles-for-role), undo it, then retry.',
  },
  {
    code: 'still-in-use',
    general: true,
    message:
      /DependencyViolation|has dependenc|dependent object|DeleteConflict|has nodegroups attached|must (be )?detach|is in use/i,
    what: '{resource} cannot be deleted: something still uses it.',
    why: '{message}',
    fix: 'Load balancers, network interfaces and security groups that pods made are not in the stack: remove them, then retry.',
  },
  {
    code: 'throttled',
    general: true,
    message: /Throttling|Rate exceeded|RequestLimitExceeded|TooManyRequests/i,
    what: 'AWS had too many calls while making {resource}.',
    why: '{message}',
    fix: 'Retry in a minute.',
  },
  {
    code: 'not-stabilized',
    general: true,
    message: /NotStabilized|did not stabilize|Exceeded attempts to wait|timed out/i,
    what: '{resource} did not become ready in the time that AWS waits.',
    why: '{message}',
    fix: 'Retry; if it happens again, look at the resource itself.',
  },
  {
    code: 'aws-internal',
    general: true,
    message: /InternalFailure|InternalError|ServiceInternalError|ServiceUnavailable/i,
    what: 'AWS had an error of its own while making {resource}.',
    why: '{message}',
    fix: 'Retry; health.aws.amazon.com tells of outages.',
  },
];
