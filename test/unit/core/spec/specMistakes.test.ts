import assert from 'node:assert/strict';
import { parseSpec } from '../../../../src/core/spec/parseSpec.ts';

const head = 'apiVersion: private-eks/v1\nkind: Cluster\nname: payments\nregion: eu-west-1\n';

function told(text: string): string[] {
  return parseSpec(text).problems.map(
    ({ severity, message, start }) =>
      `${start.line}:${start.column} ${severity === 'error' ? '' : 'warning '}${message}`,
  );
}

describe('a slip in YAML', () => {
  for (const [what, text, expected] of [
    [
      'a colon without a space',
      head.replace('name: ', 'name:'),
      ['3:1 This is not YAML: "name:payments" is one word; a colon needs a space behind it.'],
    ],
    ['no colon', `${head}foo\n`, ['5:1 This is not YAML: "foo" has no colon; a field is written as name: value.']],
    [
      'a quote that is not closed',
      `${head}version: "1.36\nstaging: auto\n`,
      ['5:10 This is not YAML: the quote that begins here is not closed.'],
    ],
    [
      'a line indented too much',
      'apiVersion: private-eks/v1\nkind: Cluster\nname: payments\n region: eu-west-1\n',
      ['4:1 This is not YAML: this line is indented more than the field before it, which has a value already.'],
    ],
    [
      'a line indented too little',
      `${head}tags:\n    a: b\n  c: d\n`,
      ['7:1 This is not YAML: this line is indented otherwise than the fields beside it.'],
    ],
    [
      'two colons',
      `${head}tags:\n  a: b: c\n`,
      ['6:6 This is not YAML: a second ": " stands in this line; put the value in quotes, or begin a new line.'],
    ],
    [
      'a character that begins no value',
      `${head}tags:\n  a: @foo\n`,
      ['6:6 This is not YAML: a value cannot begin with @; put it in quotes.'],
    ],
    [
      'braces without commas',
      `${head}tags: {a: b c: d}\n`,
      ['5:11 This is not YAML: between braces and brackets fields are separated by commas.'],
    ],
    [
      'a list that is not closed',
      `${head}network:\n  zones: [euw1-az1, euw1-az2\n`,
      ['7:1 This is not YAML: a list that begins with [ is not closed by ].'],
    ],
    [
      'a map closed by the wrong bracket',
      `${head}network:\n  zones: [euw1-az1, euw1-az2}\n`,
      ['6:29 This is not YAML: a list that begins with [ is not closed by ].'],
    ],
    [
      'a template that was not filled in',
      `{{ .Values.head }}\n${head}`,
      ['1:1 {{ .Values.head }} is a template’s place that was not filled in.'],
    ],
    [
      'a template’s place as a value',
      head.replace('payments', '{{ name }}'),
      ['3:7 {{ name }} is a template’s place that was not filled in.'],
    ],
    [
      'a conflict of versions',
      `${head}<<<<<<< HEAD\nstaging: auto\n=======\nstaging: always\n>>>>>>> other\n`,
      ['5:1 <<<<<<< HEAD is left of a merge with conflicts.'],
    ],
  ] as const)
    it(`is told in plain words: ${what}`, () => assert.deepEqual(told(text), expected));

  it('leaves braces in quotes and comments alone', () => {
    assert.deepEqual(told(`# name: {{ x }}\n${head}tags: {owner: team a}\n`), []);
  });
});

describe('what a spec’s problem shows', () => {
  it('has no character that nobody sees or that steers a terminal', () => {
    const all = told(`${head}"\\e[31mx": 1\n"\\x9b31m": 2\n\u200bnetwork:\n  zones: 2\ntags: {a: "\\u202e;"}\n`);
    assert.equal(all.length, 4);
    assert.match(all[2] ?? '', /^7:1 \\u200bnetwork is not a field of a spec; did you mean network\?$/);
    assert.match(all[3] ?? '', /^9:11 tags\.a is "\\u202e;"/);
    for (const message of all) assert.doesNotMatch(message, /[\u0000-\u001f\u007f-\u009f\u200b\u202e]/);
    assert.match(told(`${head}network:\n  zones:\u00a02\n`)[0] ?? '', /network is "zones:\\u00a02"; it must be a map/);
  });
});

describe('a slip in meaning', () => {
  for (const [what, lines, expected] of [
    [
      'a version without quotes',
      'version: 1.36',
      '5:10 version is the number 1.36, and YAML would read 1.30 as 1.3; it must be a Kubernetes version in quotes, one of "1.36", "1.35", "1.34", "1.33", "1.32".',
    ],
    [
      'Auto Mode as a switch',
      'autoMode: true',
      '5:11 autoMode is true, which is written autoMode: {}; it must be a map of nodePools.',
    ],
    [
      'a Fargate profile without a name',
      'fargate:\n  selectors: [{namespace: apps}]',
      '6:14 fargate.selectors is a list of 1, but profiles have names, such as fargate: {apps: {selectors: …}}; it must be a map of selectors.',
    ],
    [
      'a block that is not private',
      'network: {cidr: 169.254.0.0/16}',
      '5:17 network.cidr is "169.254.0.0/16", which is not private; it must be a block inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10.',
    ],
    [
      'a VPN of the VPC’s own addresses',
      'network: {cidr: 10.1.0.0/16, apiAccess: {cidrs: [10.1.2.0/24]}}',
      '5:50 warning network.apiAccess.cidrs[0] is "10.1.2.0/24", which overlaps network.cidr, 10.1.0.0/16: the VPC answers itself; it must be addresses outside the VPC.',
    ],
    [
      'a VPN of the services’ addresses',
      'network: {serviceCidr: 10.8.0.0/16, apiAccess: {cidrs: [10.8.0.0/16]}}',
      '5:57 warning network.apiAccess.cidrs[0] is "10.8.0.0/16", which overlaps network.serviceCidr, 10.8.0.0/16: pods cannot answer; it must be addresses that services do not have.',
    ],
    [
      'a URL to go round the proxy',
      'proxy: {url: "http://p:3128", noProxy: ["http://x"]}',
      '5:41 proxy.noProxy[0] is "http://x", a URL; it must be the host alone: x.',
    ],
    [
      'no block to go round the proxy',
      'proxy: {url: "http://p:3128", noProxy: [.corp, "*.corp", fd00::/8, 10.0.0.0/33]}',
      '5:68 proxy.noProxy[3] is "10.0.0.0/33", which is not an IPv4 block; it must be a block such as 10.0.0.0/8.',
    ],
    [
      'ECR as one endpoint',
      'endpoints: {extra: [ecr]}',
      '5:21 endpoints.extra[0] is "ecr", which has two endpoints; it must be ecr.api and ecr.dkr, which features.images brings.',
    ],
  ] as const)
    it(`is told: ${what}`, () => assert.deepEqual(told(`${head}${lines}\n`), [expected]));

  it('offers a region of the same partition only', () => {
    const doubt = (region: string) => told(head.replace('eu-west-1', region));
    assert.deepEqual(doubt('ap-southeast-6'), []);
    assert.match(doubt('eu-west-9')[0] ?? '', /did you mean eu-west-1/);
    for (const other of ['eusc-de-east-1', 'us-iso-east-1', 'eu-isoe-west-1'])
      assert.deepEqual(doubt(other), [
        `4:9 warning region is "${other}", which was not known on 2026-11-21; it must be a region where EKS runs.`,
      ]);
  });
});
