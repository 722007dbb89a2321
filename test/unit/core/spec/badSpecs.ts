/** What is told of each file in `bad/`: line, column, path, seen, allowed. */
export const badSpecs: Readonly<Record<string, readonly (readonly [number, number, string, string, string])[]>> = {
  'access-address': [[7, 13, 'network.apiAccess.cidrs[0]', '"10.1.2.3"', 'a block such as 10.0.0.0/8']],
  'access-everybody': [
    [7, 25, 'network.apiAccess.cidrs[1]', '"0.0.0.0/0"', 'the blocks of your VPN, office or other VPCs'],
  ],
  'access-host-bits': [
    [7, 13, 'network.apiAccess.cidrs[0]', '"10.1.2.3/16"', 'the first address of the block: 10.1.0.0/16'],
  ],
  'access-twice': [
    [7, 25, 'network.apiAccess.cidrs[1]', '"10.0.0.0/8"', 'another block'],
    [8, 44, 'network.apiAccess.securityGroups[1]', '"sg-0a1b2c3d4e5f67890"', 'another group'],
  ],
  'addon-identity-off': [
    [9, 5, 'addons.aws-ebs-csi-driver.podIdentity', 'a map', 'left out, or features.podIdentity must be true'],
  ],
  'addon-version': [[7, 14, 'addons.metrics-server.version', '"0.7.2"', 'a version such as v1.20.4-eksbuild.2']],
  'administrator-partition': [
    [6, 20, 'access.administrators[0]', '"arn:aws:iam::111122223333:role/ops"', 'an ARN that begins with arn:aws-cn:'],
  ],
  'administrator-root': [
    [
      6,
      20,
      'access.administrators[0]',
      '"arn:aws:iam::111122223333:root"',
      'the ARN of an IAM role or user, such as arn:aws:iam::111122223333:role/platform-team',
    ],
  ],
  'administrator-session': [
    [
      7,
      7,
      'access.administrators[0]',
      '"arn:aws:sts::111122223333:assumed-role/platform/alice"',
      'the role itself, with its path if it has one: arn:aws:iam::111122223333:role/platform',
    ],
  ],
  'administrator-text': [
    [6, 19, 'access.administrators', '"arn:aws:iam::111122223333:role/ops"', 'a list of ARNs of IAM roles or users'],
  ],
  'administrator-wildcard': [
    [
      6,
      20,
      'access.administrators[0]',
      '"arn:aws:iam::111122223333:role/*"',
      'the ARN of an IAM role or user, such as arn:aws:iam::111122223333:role/platform-team',
    ],
  ],
  alias: [[9, 13, '', '*owner', 'the value itself']],
  'all-tainted': [[7, 5, 'nodes.gpu.taints', 'a list of 1', 'left out in one group at least']],
  ami: [[7, 10, 'nodes.default.ami', '"al2023-latest"', 'the id of an image, such as ami-0a1b2c3d4e5f67890']],
  'api-version': [[1, 13, 'apiVersion', '"private-eks/v2"', 'private-eks/v1']],
  'architecture-without-types': [
    [
      6,
      3,
      'nodes.default.instanceTypes[0]',
      '"t3.medium" (the default)',
      'an arm64 type; all of a group share one image',
    ],
  ],
  'architecture-wrong': [
    [8, 21, 'nodes.default.instanceTypes[0]', '"t3.medium"', 'an arm64 type; all of a group share one image'],
  ],
  'architectures-mixed': [
    [9, 9, 'nodes.default.instanceTypes[1]', '"m7i.large"', 'an arm64 type; all of a group share one image'],
  ],
  'auto-mode-built-in': [[7, 3, 'addons.vpc-cni', '"vpc-cni"', 'left out']],
  'cidr-host-bits': [[6, 9, 'network.cidr', '"10.40.0.5/16"', 'the first address of the block: 10.40.0.0/16']],
  'cidr-no-block': [
    [6, 9, 'network.cidr', '"10.40.0.0"', 'a private IPv4 block from /16 to /24, such as 10.40.0.0/16'],
  ],
  'cidr-no-room': [[6, 9, 'network.cidr', '"192.168.7.0/24"', '/23 or larger for 4 zones']],
  'cidr-public': [
    [
      6,
      9,
      'network.cidr',
      '"172.32.0.0/16"',
      'a block inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10',
    ],
  ],
  'cidr-services': [[7, 16, 'network.serviceCidr', '"10.100.0.0/16"', 'a block clear of the VPC’s own']],
  'cidr-too-large': [[6, 9, 'network.cidr', '"10.0.0.0/8"', 'a block from /16 to /24']],
  'crlf-and-mark': [[5, 10, 'staging', '"sometimes"', 'auto or always']],
  'desired-below': [[6, 3, 'nodes.default.desiredSize', 'the number 2 (the default)', 'a number from 3 to 6']],
  'desired-none': [[8, 18, 'nodes.default.desiredSize', 'the number 0', '1 or more, here or in another group']],
  'disk-small': [[7, 14, 'nodes.default.diskGiB', 'the number 8', 'a whole number from 20 to 16384']],
  'egress-word': [[6, 11, 'controlPlane.egress', '"routed"', 'one of aws-managed, customer-routed, customer-isolated']],
  empty: [[1, 1, '', 'nothing', 'a map that begins with apiVersion, kind, name and region']],
  'endpoint-both-lists': [
    [6, 11, 'endpoints.extra[0]', '"acm-pca"', 'in one list only'],
    [6, 20, 'endpoints.extra[1]', '"acm-pca"', 'another service'],
  ],
  'endpoint-long-name': [
    [6, 11, 'endpoints.extra[0]', '"com.amazonaws.eu-west-1.execute-api"', 'the short one: execute-api'],
  ],
  'fargate-ebs': [[11, 8, 'features.ebs', 'true', 'false, or there must be nodes']],
  'fargate-identities': [
    [10, 3, 'access.podIdentities', 'a list of 1', 'left out, with features.irsa for such pods'],
    [16, 5, 'addons.aws-efs-csi-driver.podIdentity', 'a map', 'left out, with features.irsa for such pods'],
  ],
  'fargate-label-empty': [[9, 18, 'fargate.apps.selectors[0].labels.on', '""', 'a text of 1 to 255 characters']],
  'fargate-labels': [[9, 17, 'fargate.apps.selectors[0].labels', 'a map', 'a map of at most 5 labels']],
  'fargate-name': [[6, 3, 'fargate.eks-apps', '"eks-apps"', 'a name that does not begin with eks-']],
  'fargate-namespace': [
    [8, 20, 'fargate.apps.selectors[0].namespace', '"My Apps"', 'a Kubernetes namespace, such as apps'],
  ],
  'fargate-no-selectors': [[6, 3, 'fargate.apps.selectors', 'nothing', 'a list of maps of namespace and labels']],
  'feature-yes': [[6, 9, 'features.irsa', '"yes"', 'true or false']],
  'flag-in-quotes': [[5, 21, 'deletionProtection', '"false"', 'true or false']],
  gpu: [[7, 21, 'nodes.default.instanceTypes[0]', '"g4ad.xlarge"', 'a type such as t3.medium, m7g.large or g6.xlarge']],
  'gpu-mixed': [
    [7, 32, 'nodes.default.instanceTypes[1]', '"g6.xlarge"', 'a type of the same sort; all of a group share one image'],
  ],
  'group-name': [
    [
      6,
      3,
      'nodes["my nodes"]',
      '"my nodes"',
      'a name of 1 to 63 letters, digits, hyphens and underscores, with a letter or digit first',
    ],
  ],
  'group-name-too-long': [
    [6, 3, 'nodes.gggggggggggggggggggg', '"gggggggggggggggggggg"', 'at most 14 characters beside the cluster’s name'],
  ],
  'group-names-clash': [[7, 3, 'nodes.my-nodes', '"my-nodes"', 'a name that differs by more than that']],
  'identities-off': [[8, 3, 'access.podIdentities', 'a list of 1', 'left out, or features.podIdentity must be true']],
  'identities-twice': [
    [8, 41, 'access.podIdentities[1].serviceAccount', '"api"', 'another service account'],
    [
      8,
      55,
      'access.podIdentities[1].roleArn',
      '"arn:aws:iam::111122223333:user/api"',
      'the ARN of an IAM role that begins with arn:aws:iam::',
    ],
    [
      9,
      55,
      'access.podIdentities[2].roleArn',
      '"arn:aws-cn:iam::111122223333:role/web"',
      'the ARN of an IAM role that begins with arn:aws:iam::',
    ],
  ],
  'instance-type': [
    [7, 21, 'nodes.default.instanceTypes[0]', '"t3-medium"', 'an EC2 instance type such as t3.medium or m7g.large'],
  ],
  'ipv6-before-nitro': [[9, 21, 'nodes.default.instanceTypes[0]', '"t2.large"', 'a type of a newer family']],
  'ipv6-china': [[6, 13, 'network.ipFamily', '"ipv6"', 'ipv4']],
  'ipv6-own-blocks': [
    [7, 12, 'network.podCidr', '"100.64.0.0/16"', 'left out'],
    [8, 16, 'network.serviceCidr', '"172.20.0.0/16"', 'left out'],
  ],
  'key-alias': [
    [
      6,
      8,
      'encryption.key',
      '"arn:aws:kms:eu-west-1:111122223333:alias/eks"',
      'aws-owned, new, or the ARN of a KMS key',
    ],
  ],
  'key-elsewhere': [
    [
      6,
      8,
      'encryption.key',
      '"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd..."',
      'the ARN of a key that begins with arn:aws:kms:eu-west-1:',
    ],
  ],
  'key-twice': [[6, 1, '', 'name, a second time', 'each field once']],
  kind: [[2, 7, 'kind', '"cluster"', 'Cluster']],
  'label-number': [
    [8, 19, 'nodes.default.labels.generation', 'the number 2', 'text; put numbers and true or false in quotes'],
  ],
  'label-reserved': [
    [
      8,
      7,
      'nodes.default.labels["kubernetes.io/os"]',
      '"kubernetes.io/os"',
      'a key of your own, such as example.com/team',
    ],
  ],
  'label-value': [
    [
      8,
      13,
      'nodes.default.labels.team',
      '"two words"',
      '1 to 63 letters, digits, hyphens, underscores and dots, with a letter or digit at both ends',
    ],
  ],
  list: [[1, 1, '', 'a list', 'a map that begins with apiVersion, kind, name and region']],
  'log-type': [[6, 16, 'logs.types[1]', '"Audit"', 'one of api, audit, authenticator, controllerManager, scheduler']],
  mac: [[7, 21, 'nodes.default.instanceTypes[0]', '"mac2.metal"', 'a type such as t3.medium, m7g.large or g6.xlarge']],
  'name-too-long': [
    [
      3,
      7,
      'name',
      '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..."',
      '1 to 100 letters, digits and hyphens, with a letter or digit at both ends',
    ],
  ],
  'name-underscore': [
    [3, 7, 'name', '"my_payments"', '1 to 100 letters, digits and hyphens, with a letter or digit at both ends'],
  ],
  'neuron-on-bottlerocket': [
    [8, 21, 'nodes.default.instanceTypes[0]', '"inf2.xlarge"', 'a type without Inferentia or Trainium, or os al2023'],
  ],
  'no-name': [[3, 1, 'name', 'nothing', '1 to 100 letters, digits and hyphens, with a letter or digit at both ends']],
  'no-node-pools': [
    [6, 14, 'autoMode.nodePools', 'an empty list', 'a list of one pool at least, or there must be nodes or fargate'],
  ],
  'no-nodes': [[5, 8, 'nodes', 'an empty map', 'a map of one group at least, or there must be fargate or autoMode']],
  'no-region': [[1, 1, 'region', 'nothing', 'an AWS region such as eu-west-1']],
  'nodes-unnamed': [[5, 1, 'nodes', 'the field instanceTypes', 'groups by name: nodes: {default: {instanceTypes: …}}']],
  'not-yaml': [[6, 1, '', 'staging: auto', 'valid YAML']],
  'pods-10-0': [[7, 12, 'network.podCidr', '"10.0.0.0/16"', 'a block inside 100.64.0.0/10']],
  'pods-172-31': [[7, 12, 'network.podCidr', '"172.31.0.0/16"', 'a block inside 100.64.0.0/10']],
  'pods-benchmark-range': [[6, 12, 'network.podCidr', '"198.19.0.0/16"', 'a block inside 100.64.0.0/10 or 10.0.0.0/8']],
  'pods-beside-shared': [[7, 12, 'network.podCidr', '"10.1.0.0/16"', 'a block inside 100.64.0.0/10']],
  'pods-host-bits': [[6, 12, 'network.podCidr', '"100.64.0.1/16"', 'the first address of the block: 100.64.0.0/16']],
  'pods-no-block': [
    [6, 12, 'network.podCidr', 'the number 100.64', 'a private IPv4 block from /16 to /24, such as 100.64.0.0/16'],
  ],
  'pods-no-room': [[6, 12, 'network.podCidr', '"100.64.0.0/24"', '/23 or larger for 4 zones']],
  'pods-other-range': [[6, 12, 'network.podCidr', '"172.16.0.0/16"', 'a block inside 100.64.0.0/10 or 10.0.0.0/8']],
  'pods-overlap': [[6, 12, 'network.podCidr', '"10.40.128.0/17"', 'a block of its own']],
  'pods-too-large': [
    [6, 12, 'network.podCidr', '"100.64.0.0/10"', 'a private IPv4 block from /16 to /24, such as 100.64.0.0/16'],
  ],
  'proxy-aws-service': [
    [
      6,
      20,
      'proxy.endpointService',
      '"com.amazonaws.eu-west-1.s3"',
      'the name of an endpoint service, such as com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f67890',
    ],
  ],
  'proxy-both': [[5, 1, 'proxy', 'both url and endpointService', 'url or endpointService']],
  'proxy-neither': [[5, 1, 'proxy', 'neither url nor endpointService', 'url or endpointService']],
  'proxy-no-port': [
    [
      6,
      8,
      'proxy.url',
      '"http://proxy.example.internal"',
      'the URL of a proxy with its port, such as http://proxy.example.internal:3128',
    ],
  ],
  'proxy-no-proxy-text': [
    [7, 13, 'proxy.noProxy[0]', '"a b"', 'a host, a domain such as .corp.example, or a block such as 10.0.0.0/8'],
  ],
  'proxy-other-region': [
    [
      6,
      20,
      'proxy.endpointService',
      '"com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f67890"',
      'a service of eu-west-1',
    ],
  ],
  'proxy-password': [
    [
      6,
      8,
      'proxy.url',
      '"http://…@proxy.example.internal:3128"',
      'the URL of a proxy with its port, such as http://proxy.example.internal:3128',
    ],
  ],
  'proxy-path': [
    [
      6,
      8,
      'proxy.url',
      '"http://proxy.example.internal:3128/pac"',
      'the URL of a proxy with its port, such as http://proxy.example.internal:3128',
    ],
  ],
  'proxy-port-beside-url': [[7, 9, 'proxy.port', 'the number 8080', 'left out']],
  'proxy-scheme': [
    [
      6,
      8,
      'proxy.url',
      '"socks5://proxy.example.internal:1080"',
      'the URL of a proxy with its port, such as http://proxy.example.internal:3128',
    ],
  ],
  'region-misspelt': [[4, 9, 'region', '"eu-wets-1"', 'an AWS region such as eu-west-1']],
  'repair-self-managed': [[8, 13, 'nodes.default.repair', 'true', 'false']],
  retention: [
    [
      6,
      18,
      'logs.retentionDays',
      'the number 100',
      'one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653',
    ],
  ],
  'services-host-bits': [
    [6, 16, 'network.serviceCidr', '"172.20.0.0/13"', 'the first address of the block: 172.16.0.0/13'],
  ],
  'services-no-block': [
    [6, 16, 'network.serviceCidr', '"fd00::/108"', 'a private IPv4 block from /12 to /24, such as 172.20.0.0/16'],
  ],
  'services-overlap-pods': [[7, 16, 'network.serviceCidr', '"10.50.0.0/20"', 'a block clear of the VPC’s own']],
  'services-shared-range': [
    [6, 16, 'network.serviceCidr', '"100.64.0.0/16"', 'a block inside 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16'],
  ],
  'services-too-small': [
    [6, 16, 'network.serviceCidr', '"172.20.0.0/25"', 'a private IPv4 block from /12 to /24, such as 172.20.0.0/16'],
  ],
  'size-order': [[7, 14, 'nodes.default.minSize', 'the number 5', 'a number from 0 to 3']],
  tab: [[6, 1, '', 'a tab', 'spaces']],
  'tag-aws': [[6, 3, 'tags["aws:team"]', '"aws:team"', 'a key that does not begin with aws:']],
  'tag-case': [[7, 3, 'tags.Owner', '"Owner"', 'a key that differs by more than case']],
  'tag-characters': [
    [6, 10, 'tags.owner', '"me & you"', '1 to 255 characters: letters, digits, spaces and _ . : / = + - @'],
  ],
  'tag-empty': [[6, 3, 'tags.owner', '""', '1 to 255 characters: letters, digits, spaces and _ . : / = + - @']],
  'tag-long-key': [
    [
      6,
      3,
      `tags.${'k'.repeat(128)}`,
      JSON.stringify('k'.repeat(128)),
      '1 to 127 characters: letters, digits, spaces and _ . : / = + - @',
    ],
  ],
  'taint-effect': [
    [9, 17, 'nodes.default.taints[0].effect', '"NoRun"', 'one of NoSchedule, PreferNoSchedule, NoExecute'],
  ],
  'taint-key': [
    [9, 14, 'nodes.gpu.taints[0].key', '"node.kubernetes.io/gpu"', 'a key of your own, such as example.com/dedicated'],
  ],
  'taint-twice': [
    [10, 15, 'nodes.gpu.taints[1].key', '"gpu"', 'another key or effect'],
    [
      11,
      27,
      'nodes.gpu.taints[2].value',
      '"b c"',
      'left out, or 1 to 63 letters, digits, hyphens, underscores and dots, with a letter or digit at both ends',
    ],
  ],
  'too-few-pods': [[7, 21, 'nodes.default.instanceTypes[0]', '"t3.micro"', 't3.small or larger']],
  'too-many-tags': [
    [5, 1, 'tags', '41 tags', 'at most 40 tags, because AWS takes 50 with those that are put there for you'],
  ],
  'two-documents': [[5, 1, '', 'a second document', 'one document']],
  'unknown-feature': [
    [
      6,
      3,
      'features.podidentity',
      'podidentity',
      'images, podIdentity, irsa, sessionManager, loadBalancers, autoscaling, containerLogs, metrics, secrets, karpenter, ebs, efs, fsx, kms, xray, prometheus, externalDns, eksApi, oidcDiscovery',
    ],
  ],
  'unknown-field': [
    [
      5,
      1,
      'regoin',
      'regoin',
      'apiVersion, kind, name, region, version, tags, network, features, endpoints, proxy, controlPlane, logs, encryption, access, staging, deletionProtection, nodes, fargate, autoMode, addons',
    ],
  ],
  'version-gone': [[5, 10, 'version', '"1.28"', 'one of "1.36", "1.35", "1.34", "1.33", "1.32"']],
  'version-never': [[5, 10, 'version', '"1.99"', 'one of "1.36", "1.35", "1.34", "1.33", "1.32"']],
  'version-number': [
    [
      5,
      10,
      'version',
      'the number 1.30',
      'a Kubernetes version in quotes, one of "1.36", "1.35", "1.34", "1.33", "1.32"',
    ],
  ],
  'vpc-beside-cidr': [
    [9, 9, 'network.cidr', '"10.50.0.0/16"', 'left out'],
    [10, 12, 'network.podCidr', '"100.64.0.0/16"', 'left out'],
    [11, 10, 'network.zones', 'the number 2', 'left out'],
  ],
  'vpc-id': [[7, 9, 'network.vpc.id', '"vpc-payments"', 'the id of a VPC, such as vpc-0a1b2c3d4e5f67890']],
  'vpc-one-subnet': [[8, 14, 'network.vpc.subnets', 'a list of 1', 'a list of 2 to 16 subnet ids']],
  'vpc-subnet-twice': [[8, 41, 'network.vpc.subnets[1]', '"subnet-0a1b2c3d4e5f67890"', 'another subnet']],
  'yaml-tag': [[6, 3, '', '? owner', 'a value without a tag']],
  'zone-elsewhere': [[6, 21, 'network.zones[1]', '"use1-az2"', 'a zone id that begins with euw1-az']],
  'zone-refused': [[8, 7, 'network.zones[1]', '"use1-az3"', 'another zone of us-east-1']],
  'zones-default-us-west-1': [[1, 1, 'network.zones', 'the number 3 (the default)', '2']],
  'zones-one': [[6, 10, 'network.zones', 'the number 1', 'a whole number from 2 to 4']],
  'zones-text': [
    [
      6,
      10,
      'network.zones',
      '"three"',
      'a number from 2 to 4, or a list of 2 to 4 zone ids such as [euw1-az1, euw1-az2]',
    ],
  ],
  'zones-us-west-1': [[6, 10, 'network.zones', 'the number 3', '2']],
};
