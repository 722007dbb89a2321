/** What is told of each file in `bad/`: line, column, path, seen, allowed. */
export const badSpecs: Readonly<Record<string, readonly (readonly [number, number, string, string, string])[]>> = {
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
  alias: [[8, 11, '', '*owner', 'the value itself']],
  'api-version': [[1, 13, 'apiVersion', '"private-eks/v2"', 'private-eks/v1']],
  'architecture-without-types': [
    [
      5,
      1,
      'nodes.default.instanceTypes[0]',
      '"t3.medium" (the default)',
      'an arm64 type; all of a group share one image',
    ],
  ],
  'architecture-wrong': [
    [7, 19, 'nodes.default.instanceTypes[0]', '"t3.medium"', 'an arm64 type; all of a group share one image'],
  ],
  'architectures-mixed': [
    [8, 7, 'nodes.default.instanceTypes[1]', '"m7i.large"', 'an arm64 type; all of a group share one image'],
  ],
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
  'cidr-services': [[6, 9, 'network.cidr', '"10.100.64.0/18"', 'a block outside 10.100.0.0/16 and 172.20.0.0/16']],
  'cidr-too-large': [[6, 9, 'network.cidr', '"10.0.0.0/8"', 'a block from /16 to /24']],
  'crlf-and-mark': [[5, 10, 'staging', '"sometimes"', 'auto or always']],
  'desired-below': [[5, 1, 'nodes.default.desiredSize', 'the number 2 (the default)', 'a number from 3 to 6']],
  'desired-none': [[7, 16, 'nodes.default.desiredSize', 'the number 0', 'a whole number from 1 to 450']],
  'disk-small': [[6, 12, 'nodes.default.diskGiB', 'the number 8', 'a whole number from 20 to 16384']],
  empty: [[1, 1, '', 'nothing', 'a map that begins with apiVersion, kind, name and region']],
  'feature-yes': [[6, 9, 'features.irsa', '"yes"', 'true or false']],
  'flag-in-quotes': [[5, 21, 'deletionProtection', '"false"', 'true or false']],
  gpu: [[6, 19, 'nodes.default.instanceTypes[0]', '"g5.xlarge"', 'a general type such as t3.medium or m7g.large']],
  'instance-type': [
    [6, 19, 'nodes.default.instanceTypes[0]', '"t3-medium"', 'an EC2 instance type such as t3.medium or m7g.large'],
  ],
  'key-twice': [[6, 1, '', 'name, a second time', 'each field once']],
  kind: [[2, 7, 'kind', '"cluster"', 'Cluster']],
  'label-number': [
    [7, 17, 'nodes.default.labels.generation', 'the number 2', 'text; put numbers and true or false in quotes'],
  ],
  'label-reserved': [
    [
      7,
      5,
      'nodes.default.labels["kubernetes.io/os"]',
      '"kubernetes.io/os"',
      'a key of your own, such as example.com/team',
    ],
  ],
  'label-value': [
    [
      7,
      11,
      'nodes.default.labels.team',
      '"two words"',
      '1 to 63 letters, digits, hyphens, underscores and dots, with a letter or digit at both ends',
    ],
  ],
  list: [[1, 1, '', 'a list', 'a map that begins with apiVersion, kind, name and region']],
  'log-type': [[6, 16, 'logs.types[1]', '"Audit"', 'one of api, audit, authenticator, controllerManager, scheduler']],
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
  'no-name': [[3, 1, 'name', 'nothing', '1 to 100 letters, digits and hyphens, with a letter or digit at both ends']],
  'no-region': [[1, 1, 'region', 'nothing', 'an AWS region such as eu-west-1']],
  'not-yaml': [[6, 1, '', 'staging: auto', 'valid YAML']],
  'region-misspelt': [[4, 9, 'region', '"eu-wets-1"', 'an AWS region such as eu-west-1']],
  retention: [
    [
      6,
      18,
      'logs.retentionDays',
      'the number 100',
      'one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653',
    ],
  ],
  'size-order': [[6, 12, 'nodes.default.minSize', 'the number 5', 'a number from 0 to 3']],
  tab: [[6, 1, '', 'a tab', 'spaces']],
  'tag-aws': [[6, 3, 'tags["aws:team"]', '"aws:team"', 'a key that does not begin with aws:']],
  'tag-case': [[7, 3, 'tags.Owner', '"Owner"', 'a key that differs by more than case']],
  'tag-characters': [
    [6, 10, 'tags.owner', '"me & you"', 'at most 256 characters: letters, digits, spaces and _ . : / = + - @'],
  ],
  'too-few-pods': [[6, 19, 'nodes.default.instanceTypes[0]', '"t3.micro"', 't3.small or larger']],
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
      'images, podIdentity, irsa, sessionManager, loadBalancers, autoscaling, containerLogs, metrics, secrets',
    ],
  ],
  'unknown-field': [
    [
      5,
      1,
      'regoin',
      'regoin',
      'apiVersion, kind, name, region, version, tags, network, features, logs, encryption, access, staging, deletionProtection, nodes',
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
