/** What a line of a node's console says about its boot. */
export interface ConsoleRule {
  readonly code: string;
  readonly line: RegExp;
  readonly what: string;
  readonly why: string;
  readonly fix: string;
}

/**
 * Lines of cloud-init, nodeadm, Bottlerocket, containerd and the kubelet; first match wins, the particular before the general.
 * Their forms are those that the projects' sources and issues show.
 */
export const consoleRules: readonly ConsoleRule[] = [
  {
    code: 'user-data-cluster-part',
    line: /nodeadm.*(could not find NodeConfig|no config(uration)? (found|provided)|Name is missing in cluster configuration|(Apiserver endpoint|Certificate authority|CIDR) is missing in cluster configuration)/i,
    what: 'The nodes’ user data does not say which cluster to join.',
    why: 'With a custom image EKS adds nothing: name, API server, certificate authority and service range have to stand in the NodeConfig.',
    fix: 'Give all four in user data, then replace the instances.',
  },
  {
    code: 'user-data-broken',
    line: /nodeadm.*(failed to (parse|decode|unmarshal)|yaml: |strict decoding error)|(cloud-init|user-data).*(Failed (loading|running) yaml|Unhandled non-multipart)|settings committer.*(failed|error)|early-boot-config.*(error|failed)/i,
    what: 'The nodes cannot read their user data.',
    why: 'A NodeConfig has to be YAML in a MIME part of type application/node.eks.aws; Bottlerocket takes TOML and nothing else.',
    fix: 'Correct the user data, then replace the instances.',
  },
  {
    code: 'nodes-cannot-reach-ec2',
    line: /(nodeadm|pluto|amazon-ssm|private DNS name).*(ec2[:.]DescribeInstances|ec2\.[a-z0-9-]+\.amazonaws\.com).*(timeout|timed out|deadline exceeded|no such host|i\/o)|pluto.*(timed out|Timed out) retrieving private DNS name/i,
    what: 'The nodes cannot reach EC2’s API, so none of them registers.',
    why: 'A booting node asks ec2:DescribeInstances for its private name and waits until it gets an answer.',
    fix: 'Add the interface endpoint ec2 with private DNS, and let its security group admit 443 from the nodes, then retry.',
  },
  {
    code: 'metadata-unreachable',
    line: /(169\.254\.169\.254|\bimds\b|ec2 ?metadata).*(timeout|timed out|no route|refused|403|401|deadline exceeded|request canceled)/i,
    what: 'The nodes cannot read their own metadata (IMDS).',
    why: 'User data, the instance’s identity and the node role’s credentials all come from there.',
    fix: 'Switch the metadata endpoint on in the launch template, tokens required and hop limit 1, then replace the instances.',
  },
  {
    code: 'no-instance-credentials',
    line: /(no EC2 IMDS role found|NoCredentialProviders|failed to refresh cached credentials|EC2RoleRequestError)/i,
    what: 'The nodes have no credentials: no role is attached to them.',
    why: 'The instance profile is missing, empty, or its role was deleted.',
    fix: 'Put the node role into the instance profile, then replace the instances.',
  },
  {
    code: 'node-not-authorized',
    line: /(kubelet|aws-iam-authenticator).*(Unauthorized|\b401\b)|node ".*" not found.*Unauthorized|Unable to register node.*Unauthorized/i,
    what: 'The cluster does not know the nodes: their role has no access entry.',
    why: 'A role that is deleted and made again under its name is another role to the cluster; a self-managed group needs an entry of type EC2_LINUX.',
    fix: 'Delete and make again the access entry of the node role, then retry.',
  },
  {
    code: 'node-forbidden',
    line: /(Unable to register node|nodes ".*" is forbidden|is not allowed to (get|modify|create) node)/i,
    what: 'The cluster knows the nodes but does not let them register.',
    why: 'The access entry is of the wrong type: STANDARD gives no rights of a node.',
    fix: 'Make an access entry of type EC2_LINUX for the node role, then retry.',
  },
  {
    code: 'wrong-certificate-authority',
    line: /x509: certificate signed by unknown authority|unable to load client CA|illegal base64 data.*(certificate|ca)/i,
    what: 'The nodes do not trust the cluster: the certificate authority in their user data is another cluster’s.',
    why: 'A cluster that is made anew has a new certificate authority and a new endpoint.',
    fix: 'Take certificate authority and endpoint from the cluster as it is, then replace the instances.',
  },
  {
    code: 'api-unreachable',
    line: /(gr7|sk1|yl4)\.[a-z0-9-]+\.eks\.amazonaws\.com.*(timeout|timed out|no such host|connection refused|no route|deadline exceeded)/i,
    what: 'The nodes cannot reach the cluster’s API.',
    why: 'Its name has to resolve by the VPC’s own DNS, and the cluster’s security group has to admit 443 from the nodes.',
    fix: 'Look at the VPC’s DNS settings, at the endpoint in the user data, and at the cluster’s security group, then retry.',
  },
  {
    code: 'nodes-cannot-pull-images',
    line: /((Failed|failed) to pull|ErrImagePull|ImagePullBackOff|pull and unpack image|failed to resolve reference).*(timeout|deadline|no such host|403|Forbidden|unauthorized|no basic auth|\.amazonaws\.com)/i,
    what: 'The nodes cannot pull images.',
    why: 'Images come from ECR: ecr.api signs in, ecr.dkr gives the manifests, and the S3 gateway the layers. A 403 is a policy’s: of the endpoint, the role or the repository.',
    fix: 'Look at these three endpoints, their policies and the node role, then retry.',
  },
  {
    code: 'cni-not-ready',
    line: /cni plugin not initialized|NetworkPluginNotReady/i,
    what: 'The nodes register but their network plug-in does not start.',
    why: 'Without the add-on vpc-cni, or without leave for it to make network interfaces, a node stays NotReady.',
    fix: 'Look at the add-on vpc-cni and at its role, then retry.',
  },
  {
    code: 'disk-full',
    line: /no space left on device/i,
    what: 'The nodes’ disks are full.',
    why: 'Images and logs share the node’s disk.',
    fix: 'Give the group larger disks, then retry.',
  },
  {
    code: 'kernel-panic',
    line: /Kernel panic|emergency mode|dracut.*(timeout|Could not boot)/i,
    what: 'The nodes do not boot.',
    why: 'The image does not fit the instance type, or it is broken.',
    fix: 'Choose an image for this architecture and type, then retry.',
  },
];

/** The first rule, in the rules' order, that a line answers to, with that line. */
export function readConsole(text: string): { readonly rule: ConsoleRule; readonly line: string } | undefined {
  const lines = text.split(/\r?\n/);
  for (const rule of consoleRules) {
    const line = lines.findLast(candidate => rule.line.test(candidate));
    // A console carries what user data prints: nothing that looks like a key or token goes on.
    if (line !== undefined) return { rule, line: redact(line.trim()).slice(0, 300) };
  }
  return undefined;
}

const redact = (line: string): string =>
  line
    .replace(/\b(A[KS]IA[A-Z0-9]{16}|[A-Za-z0-9+/=_-]{60,})\b/g, '…')
    .replace(/(token|secret|password)[=:]\S+/gi, '$1=…');
