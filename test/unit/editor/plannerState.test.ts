import fc from 'fast-check';
import assert from 'node:assert/strict';
import { buildPlan } from '../../../src/core/plan/buildPlan.ts';
import { newSpecText } from '../../../src/core/spec/newSpecText.ts';
import { parseSpec } from '../../../src/core/spec/parseSpec.ts';
import { plannerState } from '../../../src/editor/planner/plannerState.ts';
import type { PlannerState } from '../../../src/protocol/planner.ts';

function stateOf(text: string): PlannerState {
  const reading = parseSpec(text);
  return plannerState({
    uri: 'file:///a.private-eks.yaml',
    fileName: 'a.private-eks.yaml',
    text,
    reading,
    plan: reading.spec && buildPlan(reading.spec),
    facts: undefined,
    accounts: [],
    accountId: '',
    busy: undefined,
    runningRunId: undefined,
  });
}

const text = newSpecText('payments', 'eu-west-1');

describe('the planner’s state', () => {
  it('tells what the file says apart from the defaults', () => {
    const state = stateOf(`${text}nodes: {default: {diskGiB: 77}}\n`);
    assert.deepEqual(state.values['nodes'], { default: { diskGiB: 77 } });
    assert.equal((state.defaults['nodes'] as { default: { diskGiB: number } }).default.diskGiB, 40);
    assert.equal(state.values['name'], 'payments');
    assert.equal(state.defaults['name'], undefined);
  });

  it('has the plan’s time, money and reasons', () => {
    const { plan } = stateOf(text);
    assert.ok(plan);
    assert.equal(plan.offline, true);
    assert.ok(plan.totalSeconds > 300);
    assert.ok(Math.abs(plan.costLines.reduce((sum, line) => sum + line.monthlyUsd, 0) - plan.monthlyUsd) < 0.5);
    assert.ok(plan.endpoints.every(endpoint => endpoint.reason.length > 0));
    const longest = plan.steps.filter(step => step.onCriticalPath).reduce((sum, step) => sum + step.typicalSeconds, 0);
    assert.equal(longest, plan.totalSeconds);
  });

  it('says of each endpoint how it stands, and passes on what is wrong with a VPC', () => {
    const vpc = 'vpc: {id: vpc-0a1b2c3d4e5f67890, subnets: [subnet-0a1b2c3d4e5f67890, subnet-0b1c2d3e4f5a67891]}';
    const { plan } = stateOf(`${text}network: {${vpc}}\nendpoints: {reachable: [ssm]}\n`);
    assert.equal(plan?.endpoints.find(({ service }) => service === 'ssm')?.standing, 'said');
    assert.ok(plan.endpoints.some(({ standing }) => standing === 'make'));
    assert.deepEqual(plan.findings, []);
  });

  it('has problems with their place, and no plan, for a file with errors', () => {
    const state = stateOf(`${text}nodes: {default: {diskGiB: 1}}\n`);
    assert.equal(state.plan, undefined);
    assert.equal(state.problems[0]?.path, 'nodes.default.diskGiB');
    assert.equal(state.problems[0]?.line, text.split('\n').length);
  });

  it('can be made of any text, and sent as JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), garbage => {
        const state = stateOf(garbage);
        assert.deepEqual(JSON.parse(JSON.stringify(state.values)), state.values);
      }),
    );
  });

  it('offers the versions that are offered, newest first', () => {
    const versions = stateOf(text).versions.map(({ version }) => Number(version.split('.')[1]));
    assert.deepEqual(
      versions,
      [...versions].sort((a, b) => b - a),
    );
  });
});
