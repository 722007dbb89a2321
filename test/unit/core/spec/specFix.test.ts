import assert from 'node:assert/strict';
import { parseSpec } from '../../../../src/core/spec/parseSpec.ts';
import { applyFix } from '../../../../src/core/spec/specFix.ts';

const head = 'apiVersion: private-eks/v1\nkind: Cluster\nname: payments\nregion: eu-west-1\n';

function mend(text: string): string {
  const [problem] = parseSpec(text).problems;
  assert.ok(problem?.fix, problem?.message);
  return applyFix(text, problem.fix);
}

describe('a problem that knows its cure', () => {
  it('names the one node group of an old file and keeps its comments and blanks', () => {
    const old = `${head}nodes: # few\n  minSize: 1 # one\n\n  # ARM\n  instanceTypes:\n    - m7g.large\n  labels: {team: a}\n\n# end\nstaging: auto\n`;
    const mended = mend(old);
    assert.equal(
      mended,
      `${head}nodes: # few\n  default:\n    minSize: 1 # one\n\n    # ARM\n    instanceTypes:\n      - m7g.large\n    labels: {team: a}\n\n# end\nstaging: auto\n`,
    );
    assert.deepEqual(parseSpec(mended).problems, []);
    assert.equal(mend(old.replaceAll('\n', '\r\n')), mended.replaceAll('\n', '\r\n'));
    assert.equal(mend(`\uFEFF${old}`), `\uFEFF${mended}`);
  });

  it('does so on one line, and at the end of a file without a line break', () => {
    assert.equal(mend(`${head}nodes: {minSize: 1}\n`), `${head}nodes: {default: {minSize: 1}}\n`);
    assert.equal(mend(`${head}nodes:\n    minSize: 1`), `${head}nodes:\n    default:\n      minSize: 1`);
  });

  it('writes the block that was meant', () => {
    assert.equal(
      mend(`${head}network:\n  cidr: 10.1.2.3/16 # ours\n`),
      `${head}network:\n  cidr: 10.1.0.0/16 # ours\n`,
    );
    const list = `${head}network:\n  apiAccess:\n    cidrs: [10.0.0.0/8, 192.168.1.1/24]\n`;
    assert.equal(mend(list), list.replace('192.168.1.1/24', '192.168.1.0/24'));
  });

  it('takes out what has no meaning beside an existing VPC', () => {
    const vpc =
      '  vpc:\n    id: vpc-0a1b2c3d4e5f67890\n    subnets: [subnet-0a1b2c3d4e5f67890, subnet-0b1c2d3e4f5a67891]\n';
    const text = `${head}network:\n  zones: 2\n${vpc}`;
    assert.equal(mend(text), `${head}network:\n${vpc}`);
  });
});
