import assert from 'node:assert/strict';
import { AddonIssueCode, ClusterIssueCode, FargateProfileIssueCode, NodegroupIssueCode } from '@aws-sdk/client-eks';
import { failureRules } from '../../../../src/core/run/failureRules.ts';
import { orRetain, orTakeBack, stuckFix, thenRetry } from '../../../../src/core/run/fixText.ts';
import { healthHelp, type HealthKind } from '../../../../src/core/run/healthCodes.ts';
import { consoleRules } from '../../../../src/core/run/nodeConsole.ts';
import { rootCause } from '../../../../src/core/run/rootCause.ts';
import type { RunKind, StackEventSeen } from '../../../../src/core/run/runEvent.ts';
import { handWork } from '../../../../src/core/run/stackAction.ts';
import { editorWords } from '../../../../src/editor/editorWords.ts';

const kinds: readonly RunKind[] = ['create', 'update', 'upgrade', 'delete'];
const healthKinds: Readonly<Record<HealthKind, { readonly type: string; readonly codes: readonly string[] }>> = {
  cluster: { type: 'AWS::EKS::Cluster', codes: Object.values(ClusterIssueCode) },
  nodegroup: { type: 'AWS::EKS::Nodegroup', codes: Object.values(NodegroupIssueCode) },
  addon: { type: 'AWS::EKS::Addon', codes: Object.values(AddonIssueCode) },
  fargate: { type: 'AWS::EKS::FargateProfile', codes: Object.values(FargateProfileIssueCode) },
};

/** The cause of a stack whose one resource failed so, in a run of this kind. */
function fixOf(reason: string, type: string, kind: RunKind): string {
  const event: StackEventSeen = {
    type: 'stack-event',
    seq: 1,
    at: 1,
    step: 'x',
    eventId: '1',
    stackName: 's',
    path: [],
    logicalId: 'Thing',
    physicalId: 'thing-1',
    resourceType: type,
    status: 'CREATE_FAILED',
    reason,
    timestamp: 1,
  };
  const stack = { id: 'arn', name: 's', status: 'CREATE_FAILED', statusReason: undefined };
  return rootCause(stack, [event], { kind }).fix;
}

/** Every cause in every kind of run, as that run combines it: where it stood, and the whole instruction. */
const combined: readonly (readonly [string, RunKind, string])[] = kinds.flatMap(kind => {
  const ways = (where: string, fix: string): (readonly [string, RunKind, string])[] => [
    [where, kind, fix],
    ...(kind === 'update'
      ? [[`${where}, UPDATE_FAILED`, kind, orTakeBack(fix, 'private-eks-demo-nodes-default')] as const]
      : []),
    ...(kind === 'delete'
      ? [[`${where}, DELETE_FAILED`, kind, orRetain(fix, 'demo', ['NodeRole', 'Vpc'])] as const]
      : []),
  ];
  const ofRules = failureRules.flatMap(({ code, fix, change }) =>
    ways(`rule ${code}`, ((kind !== 'create' && change) || { fix }).fix.replace('{resource}', 'Thing')),
  );
  const ofHealth = Object.entries(healthKinds).flatMap(([health, { type, codes }]) =>
    codes.flatMap(code =>
      ways(`${health} ${code}`, fixOf(`[Issue(Code=${code}, Message=Nobody knows, ResourceIds=[x-1])]`, type, kind)),
    ),
  );
  const ofConsole = consoleRules.flatMap(({ code, fix }) => ways(`console ${code}`, fix));
  const ofStuck = [
    'CREATE_IN_PROGRESS',
    'UPDATE_IN_PROGRESS',
    'ROLLBACK_IN_PROGRESS',
    'DELETE_IN_PROGRESS',
    'UPDATE_ROLLBACK_IN_PROGRESS',
    'IMPORT_IN_PROGRESS',
  ].map(status => [`stuck ${status}`, kind, stuckFix(status, kind)] as const);
  const ofHands = ['DELETE_IN_PROGRESS', 'IMPORT_ROLLBACK_FAILED', 'SOMETHING_NEW'].map(
    status => [`hands ${status}`, kind, thenRetry(handWork(status))] as const,
  );
  return [
    ...ofRules,
    ...ways('no rule', fixOf('Nobody has met this.', 'AWS::EC2::VPC', kind)),
    ...ofHealth,
    ...ofConsole,
    ...ofStuck,
    ...ofHands,
  ];
});

const times = (text: string, words: RegExp): number => [...text.matchAll(words)].length;

describe('what is to be done about a failure', () => {
  it('is said once, for every cause in every kind of run', () => {
    assert.ok(combined.length > 500, String(combined.length));
    for (const [where, kind, fix] of combined)
      for (const text of [fix, editorWords(fix)]) {
        const at = `${kind}, ${where}: ${text}`;
        assert.ok(times(text, /\bretr(?:y|ies)\b/gi) <= 1, at);
        assert.ok(times(text, /Then/g) <= 1 && times(text, /instead/g) <= 1, at);
        assert.doesNotMatch(text, /update again|\.\.|,,| {2}|[{}]|undefined/, at);
        assert.match(text, /^[A-Z`].*(?:[.]|--retain NodeRole,Vpc)$|^docs\//, at);
        const sentences = text.split(/(?<=\.) /);
        assert.equal(new Set(sentences).size, sentences.length, at);
      }
  });

  it('never tells to delete or to create a cluster that stands and is only changed', () => {
    for (const [where, kind, fix] of combined)
      if (kind !== 'create' && where.startsWith('rule'))
        assert.doesNotMatch(fix, /delete what was made|create again|another name|another region/, `${kind}, ${where}`);
    const address = 'Subnet has insufficient free addresses';
    assert.match(fixOf(address, 'AWS::EC2::VPCEndpoint', 'create'), /network\.cidr/);
    assert.match(fixOf(address, 'AWS::EC2::VPCEndpoint', 'update'), /^Free addresses in the subnet that AWS names/);
  });

  it('is the way to take an update back only where there is one: after an update, in words that the editor has', () => {
    const fix = orTakeBack('Correct it, then retry.', 'private-eks-demo-network');
    assert.equal(
      fix,
      'Correct it, then retry. To take private-eks-demo-network back to what it was instead: private-eks update --rollback -f FILE.',
    );
    assert.match(editorWords(fix), /instead: Roll back\.$/);
  });

  it('adds a retry to a remedy alone', () => {
    assert.equal(thenRetry('Correct it.'), 'Correct it. Then retry.');
    for (const said of ['Retry in a minute.', 'Correct it, then retry.', 'A cluster cannot move: make it anew.'])
      assert.equal(thenRetry(said), said);
    assert.ok(healthHelp('cluster', 'VpcNotFound')?.fix.endsWith('anew.'));
  });
});
