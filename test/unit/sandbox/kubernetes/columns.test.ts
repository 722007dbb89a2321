import assert from 'node:assert/strict';
import fc from 'fast-check';
import { humanDuration } from '../../../../src/sandbox/kubernetes/humanDuration.ts';
import { kindOf } from '../../../../src/sandbox/kubernetes/kinds.ts';
import { tableOf } from '../../../../src/sandbox/kubernetes/tables.ts';
import { testCluster } from '../../../sandbox/kubernetes/support/testCluster.ts';

describe('age', () => {
  const second = 1000;
  const minute = 60 * second;
  const hour = 60 * minute;
  const day = 24 * hour;
  const rows: [milliseconds: number, text: string][] = [
    [-3 * second, '<invalid>'],
    [-1, '0s'],
    [0, '0s'],
    [119 * second, '119s'],
    [2 * minute, '2m'],
    [9 * minute + 59 * second, '9m59s'],
    [10 * minute + 30 * second, '10m'],
    [179 * minute, '179m'],
    [3 * hour + 5 * minute, '3h5m'],
    [8 * hour + 5 * minute, '8h'],
    [47 * hour, '47h'],
    [2 * day + hour, '2d1h'],
    [8 * day + hour, '8d'],
    [729 * day, '729d'],
    [730 * day + 5 * day, '2y5d'],
    [9 * 365 * day, '9y'],
  ];
  for (const [milliseconds, text] of rows) it(text, () => assert.equal(humanDuration(milliseconds), text));
  it('is never wider than a column', () =>
    fc.assert(
      fc.property(fc.nat(10 * 365 * day), span =>
        assert.match(humanDuration(span), /^\d{1,3}[smhdy](\d{1,3}[smhd])?$/),
      ),
    ));
});

describe('printed table', () => {
  it('measures ages in account time and carries what kubectl reads from its rows', () => {
    const { store, account, addNode, pass } = testCluster();
    addNode('n1');
    pass(200);
    const kind = kindOf('nodes') ?? assert.fail();
    const table = tableOf(kind, store.list('nodes'), { now: account.now(), include: 'Metadata', metadata: {} }) as {
      columnDefinitions: { name: string; priority: number }[];
      rows: { cells: unknown[]; object: { kind: string; metadata: { name: string } } }[];
    };
    const [row] = table.rows;
    assert.deepEqual(row?.cells, [
      'n1',
      'Ready',
      '<none>',
      '3m20s',
      'v1.36.2-eks-3025e55',
      '10.0.1.10',
      '<none>',
      'Amazon Linux 2023.9.20261110',
      '6.12.53-69.119.amzn2023.x86_64',
      'containerd://2.1.4',
    ]);
    assert.deepEqual([row.object.kind, row.object.metadata.name], ['PartialObjectMetadata', 'n1']);
    assert.deepEqual(
      table.columnDefinitions.filter(each => each.priority === 0).map(each => each.name),
      ['Name', 'Status', 'Roles', 'Age', 'Version'],
    );
  });
});
