import assert from 'node:assert/strict';
import { changedOnly } from '../../../../src/core/access/changeNeeds.ts';
import { ec2Resources, resourceNeeds } from '../../../../src/core/access/resourceNeeds.ts';
import {
  managedPolicyCharacters,
  plannedResources,
  runNeeds,
  runPolicy,
} from '../../../../src/core/access/runPolicy.ts';
import { buildPlan } from '../../../../src/core/plan/buildPlan.ts';
import type { Plan } from '../../../../src/core/plan/plan.ts';
import { parseSpec } from '../../../../src/core/spec/parseSpec.ts';
import { thirtySpecs } from '../../../support/thirtySpecs.ts';

const planOf = (text: string): Plan => {
  const { spec, problems } = parseSpec(text);
  assert.ok(spec, JSON.stringify(problems));
  return buildPlan(spec);
};
const minimal = (lines = '', name = 'demo') =>
  planOf(`apiVersion: private-eks/v1\nkind: Cluster\nname: ${name}\nregion: eu-west-1\n${lines}`);
const statement = (plan: Plan, Sid: string) => runNeeds(plan).find(need => need.statement.Sid === Sid)?.statement;

describe('runPolicy', () => {
  it('knows every resource type of thirty shapes, and stays within a managed policy', () => {
    for (const { name, text } of thirtySpecs) {
      const plan = planOf(text);
      const types = new Set(plannedResources(plan).map(([type]) => type));
      for (const type of types) assert.ok(resourceNeeds[type], type);
      const documents = runPolicy(plan);
      assert.ok(documents.length <= 2, `${name}: ${documents.length} documents`);
      for (const document of documents)
        assert.ok(JSON.stringify(document).replace(/\s/g, '').length <= managedPolicyCharacters, name);
    }
  });

  it('names resources of the region’s own partition', () => {
    for (const [region, partition, domain] of [
      ['cn-north-1', 'aws-cn', 'amazonaws.com.cn'],
      ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com'],
      ['eusc-de-east-1', 'aws-eusc', 'amazonaws.eu'],
      ['us-iso-east-1', 'aws-iso', 'c2s.ic.gov'],
    ]) {
      const plan = planOf(
        `apiVersion: private-eks/v1\nkind: Cluster\nname: demo\nregion: ${region}\nfeatures: {irsa: true}\nendpoints: {policy: account}\n`,
      );
      const text = JSON.stringify(runPolicy(plan));
      const partitions = new Set([...text.matchAll(/arn:([\w-]+):/g)].map(([, found]) => found));
      assert.deepEqual([...partitions], [partition]);
      assert.ok(text.includes(`oidc-provider/oidc.eks.${region}.${domain}/id/*`), domain);
      const templates = JSON.stringify(plan.stacks.map(({ template }) => template));
      const written = new Set([...templates.matchAll(/arn:(aws[\w-]*):/g)].map(([, found]) => found));
      assert.deepEqual([...written], [partition]);
    }
  });

  it('says so of a type that it does not know', () => {
    const plan = minimal();
    const [first] = plan.stacks;
    assert.ok(first);
    const template = { ...first.template, Resources: { Queue: { Type: 'AWS::SQS::Queue' } } };
    assert.throws(
      () => runPolicy({ ...plan, stacks: [{ ...first, template }] }),
      /which permissions AWS::SQS::Queue needs is not known/,
    );
  });

  it('asks for nothing that the plan does not make', () => {
    const actions = (plan: Plan) => new Set(runNeeds(plan).flatMap(need => need.statement.Action));
    const plain = actions(minimal('encryption:\n  key: aws-owned\n'));
    for (const action of [
      'kms:CreateKey',
      's3:CreateBucket',
      'eks:CreateFargateProfile',
      'autoscaling:CreateAutoScalingGroup',
      'ssm:GetParameter',
    ])
      assert.ok(!plain.has(action), action);
    assert.ok(actions(minimal('encryption:\n  key: new\nstaging: always\n')).has('kms:CreateKey'));
    assert.ok(actions(minimal('nodes:\n  own:\n    kind: self-managed\n')).has('autoscaling:CreateAutoScalingGroup'));
    assert.ok(
      actions(minimal('fargate:\n  all:\n    selectors:\n      - namespace: default\n')).has(
        'eks:CreateFargateProfile',
      ),
    );
  });

  it('has what a cluster’s later life asks for, of what is planned alone', () => {
    const of = (lines: string) => new Set(runNeeds(minimal(lines)).flatMap(need => need.statement.Action));
    const later = ['cloudformation:ExecuteChangeSet', 'eks:UpdateClusterVersion', 'eks:UpdateNodegroupVersion'];
    for (const action of later) {
      assert.ok(of('').has(action), action);
      assert.ok(changedOnly.has(action), action);
    }
    // A delete lifts deletion protection by it.
    assert.ok(!changedOnly.has('eks:UpdateClusterConfig'));
    assert.ok(!of('').has('autoscaling:SuspendProcesses'));
    assert.ok(of('nodes:\n  own:\n    kind: self-managed\n').has('autoscaling:SuspendProcesses'));
  });

  it('has what AWS’s handlers call for one property and not for another', () => {
    const of = (lines: string) => new Set(runNeeds(minimal(lines)).flatMap(need => need.statement.Action));
    const roles = 'features: {podIdentity: true, ebs: true}\n';
    for (const action of ['Create', 'Delete', 'Update'].map(verb => `eks:${verb}PodIdentityAssociation`)) {
      assert.ok(of(roles).has(action), action);
      assert.ok(!of('features: {podIdentity: false, ebs: false}\n').has(action), action);
    }
    assert.ok(of('nodes:\n  own:\n    kind: self-managed\n').has('ec2:DescribeImages'));
    assert.ok(!of('').has('ec2:DescribeImages'));
    assert.ok(of('').has('logs:DescribeIndexPolicies'));
    assert.ok(!of('logs: {types: []}\n').has('logs:DescribeIndexPolicies'));
    assert.deepEqual(statement(minimal(), 'NameEndpoints')?.Resource, [
      'arn:aws:route53:::hostedzone/*',
      'arn:aws:ec2:eu-west-1:*:vpc/*',
    ]);
    assert.deepEqual(statement(minimal('autoMode: {}\n'), 'MakeAutoModeProfiles')?.Resource, [
      'arn:aws:iam::*:instance-profile/eks*',
    ]);
    assert.equal(statement(minimal(), 'MakeAutoModeProfiles'), undefined);
  });

  it('changes only what carries the cluster’s tag, and passes only its roles, to the services that take them', () => {
    assert.deepEqual(statement(minimal(), 'ChangeOwnNetwork')?.Condition, {
      StringEquals: { 'aws:ResourceTag/private-eks:cluster': 'demo' },
    });
    const pass = statement(minimal(), 'GiveRoles');
    assert.deepEqual(pass?.Resource, ['arn:aws:iam::*:role/private-eks-demo-*']);
    assert.ok(JSON.stringify(pass?.Condition).includes('"iam:PassedToService":["eks.amazonaws.com"'));
    const long = minimal('', 'a-cluster-with-quite-a-long-name');
    assert.deepEqual(statement(long, 'MakeRoles')?.Resource, ['arn:aws:iam::*:role/private-eks-a-cluster-wi*']);
    const wild = runNeeds(minimal()).filter(
      ({ statement: { Resource, Condition } }) => Resource[0] === '*' && !Condition,
    );
    assert.deepEqual(
      wild.map(({ reach }) => reach),
      ['look', 'look-of-handlers'],
    );
    assert.ok(
      wild.every(({ statement: { Action } }) =>
        Action.every(action =>
          /:((Batch)?Describe|List|GetConsoleOutput$|GetDataProtectionPolicy$|GetRole$|GetOpenIDConnectProvider$)/.test(
            action,
          ),
        ),
      ),
    );
  });

  it('is for whom it is asked for', () => {
    const self = (principal: string) =>
      runNeeds(minimal(), principal).find(({ reach }) => reach === 'self')?.statement.Resource;
    const role = 'arn:aws:iam::111122223333:role/team/platform';
    assert.deepEqual(self(role), [role]);
    assert.deepEqual(self('arn:aws:sts::111122223333:assumed-role/platform/jane'), [
      'arn:aws:iam::111122223333:role/*platform',
    ]);
  });

  it('gives the simulator resources and keys as a request has them', () => {
    for (const {
      statement: { Action, Sid },
      resourcesOf,
      context,
    } of runNeeds(minimal('staging: always\nencryption:\n  key: new\n'), 'arn:aws:iam::111122223333:role/x')) {
      assert.deepEqual(context['aws:RequestedRegion'], ['eu-west-1']);
      for (const action of Action) {
        const resources = resourcesOf(action);
        assert.ok(resources.length > 0, action);
        for (const resource of resources) assert.match(resource, /^(\*|arn:[^*]+)$/, `${Sid} ${action}`);
        if (action.startsWith('ec2:') && !/:(Describe|Get)/.test(action)) assert.ok(ec2Resources[action], action);
      }
    }
  });
});
