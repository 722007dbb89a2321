import assert from 'node:assert/strict';
import { planImages } from '../../../../src/core/images/planImages.ts';
import { newSpecText } from '../../../../src/core/spec/newSpecText.ts';
import { parseSpec } from '../../../../src/core/spec/parseSpec.ts';
import { imageTable } from '../../../../src/editor/commands/imageTable.ts';

describe('the list of a cluster’s images', () => {
  it('has a row for each, with who needs it and how it gets into the VPC', () => {
    const { spec } = parseSpec(`${newSpecText('orders', 'eu-west-1')}\nfeatures: { karpenter: true }\n`);
    assert.ok(spec);
    const { images } = planImages(spec);
    const text = imageTable(spec.name, images, ['add-on some-vendor']);
    const rows = text.split('\n').filter(line => line.startsWith('| `'));
    assert.equal(rows.length, images.length);
    assert.ok(rows.some(line => /coredns.*\| add-on coredns \| in ECR of this region: nothing to copy/.test(line)));
    assert.ok(
      rows.some(line => line.includes('chart karpenter') && /copy, or pull through ECR/.test(line)),
      text,
    );
    assert.match(text, /## Not known\n\n- add-on some-vendor\n/);
  });
});
