import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fitText, hangingText } from '../../../src/cli/fitText.ts';
import { textTable } from '../../../src/cli/textTable.ts';

describe('fitText', () => {
  it('breaks long lines at words, below the words of their line', () => {
    const text = [
      '✗ Nodes apps: the instances were launched and never joined',
      '    The node group NodeGroup changes in place: LaunchTemplate.',
      'ERROR    There is no address left in the subnets of the nodes.',
      '         → Take a bigger block, or fewer nodes, or both of them.',
      '  12:03  Nodes apps: asking CloudFormation what would change',
      'short',
    ].join('\n');
    assert.equal(
      hangingText(text, 40),
      [
        '✗ Nodes apps: the instances were',
        '  launched and never joined',
        '    The node group NodeGroup changes in',
        '      place: LaunchTemplate.',
        'ERROR    There is no address left in the',
        '         subnets of the nodes.',
        '         → Take a bigger block, or fewer',
        '           nodes, or both of them.',
        '  12:03  Nodes apps: asking',
        '         CloudFormation what would',
        '         change',
        'short',
      ].join('\n'),
    );
  });

  it('loses and adds no word, and stays within the columns where words do', () => {
    const words = fc.array(
      fc.constantFrom(
        'a',
        'node',
        '→',
        '-',
        'subnet-0123456789',
        'x'.repeat(90),
        '12:03',
        '',
        'aws',
        '`',
        'private-eks',
        'x,',
      ),
    );
    fc.assert(
      fc.property(
        words,
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 60, max: 120 }),
        (list, spaces, columns) => {
          const line = ' '.repeat(spaces) + list.join(' ');
          const broken = hangingText(line, columns);
          const split = (text: string) => text.split(/\s+/).filter(Boolean);
          assert.deepEqual(split(broken), split(line));
          if (!list.some(word => word.length === 90 || /aws|`|private-eks/.test(word)))
            for (const one of broken.split('\n')) assert.ok(one.length <= columns, one);
        },
      ),
    );
  });

  it('breaks no command, so that it can be copied', () => {
    const remove = 'aws ec2 delete-security-group --group-id sg-0c23558ecba6d6790 --region eu-west-1';
    assert.equal(
      hangingText(`In the way: security group dba: never deleted; by hand: ${remove}`, 60),
      `In the way: security group dba: never deleted; by hand:\n  ${remove}`,
    );
    assert.equal(
      hangingText('  → Ask for more: `aws service-quotas list --service-code ec2`, or remove what is not needed.', 50),
      '  → Ask for more:\n    `aws service-quotas list --service-code ec2`,\n    or remove what is not needed.',
    );
    assert.equal(
      hangingText('It runs 1.35. A version is changed so: private-eks upgrade payments, or set it in the spec.', 50),
      'It runs 1.35. A version is changed so:\n  private-eks upgrade payments, or set it in the\n  spec.',
    );
  });

  it('leaves lines whole where no terminal shows them', () => {
    const line = 'word '.repeat(40);
    assert.equal(fitText({ isTerminal: false, columns: () => 80 }, line), line);
    assert.notEqual(fitText({ isTerminal: true, columns: () => 80 }, line), line);
  });
});

describe('textTable', () => {
  const head = ['RUN', 'OUTCOME', 'WHAT STOPPED IT'];
  const rows = [
    ['create a', 'failed', 'nodes: the instances were launched and never joined'],
    ['create b', 'done', ''],
  ];

  it('is as wide as its cells', () => {
    assert.equal(
      textTable(head, rows),
      `RUN       OUTCOME  WHAT STOPPED IT\ncreate a  failed   ${rows[0]?.[2] ?? ''}\ncreate b  done\n`,
    );
  });

  it('puts what does not fit below its row', () => {
    assert.equal(
      textTable(head, rows, 40),
      'RUN       OUTCOME\ncreate a  failed\n    nodes: the instances were launched\n      and never joined\ncreate b  done\n',
    );
    assert.equal(
      textTable(['A', 'B', 'C', 'D'], [['a', 'b', 'c'.repeat(30), 'd'.repeat(30)]], 60),
      `A  B  C\na  b  ${'c'.repeat(30)}\n    ${'d'.repeat(30)}\n`,
    );
    assert.equal(
      textTable(['A', 'B', 'C', 'D'], [['a', 'b'.repeat(40), 'c', 'd'.repeat(30)]], 40),
      `a\n    ${'b'.repeat(40)}\n    c  ${'d'.repeat(30)}\n`,
    );
  });
});
