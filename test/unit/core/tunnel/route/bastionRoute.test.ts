import assert from 'node:assert/strict';
import type { Bastion, BastionRule } from '../../../../../src/core/tunnel/bastion/bastion.ts';
import type { Placement } from '../../../../../src/core/tunnel/bastion/bastionPlacement.ts';
import { judgeBastions, judgeNewBastion } from '../../../../../src/core/tunnel/route/bastionRoute.ts';
import { noRouteError } from '../../../../../src/core/tunnel/route/noRoute.ts';
import { parseRouteChoice } from '../../../../../src/core/tunnel/route/routeChoice.ts';
import type { RouteFinding } from '../../../../../src/core/tunnel/route/route.ts';
import { reach } from './reach.ts';

const now = Date.UTC(2026, 10, 21);
const bastion = (id: string, more: Partial<Bastion> = {}): Bastion => ({
  vpcId: reach.vpcId,
  taskArn: `arn:aws:ecs:eu-west-1:123456789012:task/private-eks-bastion-${reach.vpcId}/${id}`,
  state: 'ready',
  target: `ecs:private-eks-bastion-${reach.vpcId}_${id}_${id}-1`,
  owner: 'arn:aws:sts::123456789012:assumed-role/Dev/alice',
  createdAt: now,
  expiresAt: now + 3_600_000,
  hourlyUsd: 0.0123,
  subnetId: 'subnet-a',
  ...more,
});
const rule: BastionRule = { ruleId: 'sgr-1', groupId: 'sg-cluster', cluster: 'demo' };

describe('the way through a running bastion', () => {
  const judge = (bastions: Bastion[], rules: BastionRule[] | undefined = [rule], target?: string) =>
    judgeBastions(bastions, reach, rules, now, target);

  it('takes the one that lives longest, and says whose it is', () => {
    const { route } = judge([bastion('aaaa'), bastion('bbbb', { expiresAt: now + 7_200_000 })]);
    assert.match(route?.target ?? '', /_bbbb_/);
    assert.match(route?.reason ?? '', /bastion bbbb of alice runs in the VPC for another 2 h/);
    assert.match(judge([bastion('aaaa')], [rule], bastion('aaaa').target).route?.target ?? '', /_aaaa_/);
  });

  it('is not there without one, with one that starts or stops, or with another than was named', () => {
    for (const bastions of [[], [bastion('aaaa', { state: 'stopping' })]])
      assert.match(judge(bastions).finding.summary, /No bastion runs in vpc-/);
    assert.match(judge([bastion('aaaa', { state: 'starting' })]).finding.summary, /still starting/);
    assert.match(judge([bastion('aaaa')], [rule], 'ecs:x_y_z').finding.summary, /does not run any more/);
  });

  it('needs the rule for this very cluster, unless rules cannot be seen', () => {
    const closed = judge([bastion('aaaa')], [{ ...rule, groupId: 'sg-other' }]);
    assert.deepEqual([closed.route, closed.needsRule], [undefined, true]);
    assert.ok(judgeBastions([bastion('aaaa')], reach, undefined, now, undefined).route);
  });
});

describe('the way through a new bastion', () => {
  const placement: Placement = { subnetIds: ['subnet-a'], missing: [], certain: true };
  const judge = (more: Partial<Placement>, consented = false) =>
    judgeNewBastion(reach, { ...placement, ...more }, 0.0123, consented);

  it('waits for the consent to its cost', () => {
    const { verdict, summary, fix } = judge({});
    assert.equal(verdict, 'needs-consent');
    assert.match(summary, /0\.0123 USD an hour/);
    assert.match(fix ?? '', /consent/);
    assert.equal(judge({}, true).verdict, 'usable');
    assert.equal(judgeNewBastion(reach, undefined, 0.0123, false).verdict, 'needs-consent');
  });

  it('names the endpoint that is missing, for certain or perhaps', () => {
    const missing = [{ service: 'ecr.dkr', why: 'w' }];
    const sure = judge({ missing });
    assert.equal(sure.verdict, 'unusable');
    assert.match(sure.fix ?? '', /Add endpoint ecr\.dkr/);
    assert.equal(sure.evidence[0]?.attribute, 'endpoint ecr.dkr');
    const perhaps = judge({ missing, certain: false });
    assert.equal(perhaps.verdict, 'needs-consent');
    assert.match(perhaps.summary, /may fail: endpoint ecr\.dkr/);
    assert.equal(judge({ subnetIds: [] }).verdict, 'unusable');
  });
});

describe('no way at all', () => {
  const finding = (kind: RouteFinding['kind'], verdict: RouteFinding['verdict'], fix: string): RouteFinding => ({
    kind,
    verdict,
    summary: `${kind} says no.`,
    evidence: [],
    fix,
  });

  it('is told with every way that was tried, and what mends the likeliest', () => {
    const findings = [
      finding('direct', 'unusable', 'Connect the VPN.'),
      finding('instance', 'unusable', 'Switch on sessionManager.'),
      finding('bastion', 'not-tried', ''),
      finding('new-bastion', 'needs-consent', 'Choose it.'),
    ];
    const error = noRouteError({ route: undefined, findings, at: now }, reach);
    assert.deepEqual([error.code, error.retryable], ['no-route', true]);
    assert.match(error.message, /direct says no\. instance says no\. new-bastion says no\./);
    assert.equal(error.fix, 'Switch on sessionManager. Or start a bastion.');
  });
});

describe('a choice of route', () => {
  it('is a kind or a target', () => {
    for (const [text, choice] of [
      ['automatic', { kind: 'automatic' }],
      ['new-bastion', { kind: 'new-bastion' }],
      ['i-0123456789abcdef0', { kind: 'instance', target: 'i-0123456789abcdef0' }],
      ['mi-0123456789abcdef0', { kind: 'instance', target: 'mi-0123456789abcdef0' }],
      ['ecs:a_b_0a1b_0a1b-1', { kind: 'bastion', target: 'ecs:a_b_0a1b_0a1b-1' }],
      ['node', undefined],
      ['i-1; rm', undefined],
    ] as const)
      assert.deepEqual(parseRouteChoice(text), choice);
  });
});
