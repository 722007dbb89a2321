import assert from 'node:assert/strict';
import { joinOutcome, type JoinFacts } from '../../../../src/sandbox/join/joinOutcome.ts';

const none = {
  ec2: undefined,
  'ecr.api': undefined,
  'ecr.dkr': undefined,
  s3: undefined,
};
const well: JoinFacts = {
  obstacles: none,
  clusterEndpoint: undefined,
  admitted: true,
  role: { worker: true, pullImages: true, cni: true },
  installed: { cni: true, kubeProxy: true },
  internet: false,
};
const without = (service: keyof typeof none) => ({ obstacles: { ...none, [service]: `no ${service}` } });

type Row = [string, Partial<JoinFacts>, 'ready' | 'not ready' | 'not registered', RegExp?];
const rows: Row[] = [
  ['everything is there', {}, 'ready'],
  ['ec2 is out of reach', without('ec2'), 'not registered', /nodeadm waits for ec2:DescribeInstances: no ec2/],
  ['the cluster is out of reach', { clusterEndpoint: 'far' }, 'not registered', /endpoint cannot be reached: far/],
  ['there is no access entry', { admitted: false }, 'not registered', /access entry/],
  ['the role is no worker', { role: { ...well.role, worker: false } }, 'not registered', /AmazonEKSWorkerNodePolicy/],
  ['ecr.api is out of reach', without('ecr.api'), 'not ready', /no ecr\.api/],
  ['ecr.dkr is out of reach', without('ecr.dkr'), 'not ready', /no ecr\.dkr/],
  ['s3 is out of reach', without('s3'), 'not ready', /no s3/],
  ['the role pulls no images', { role: { ...well.role, pullImages: false } }, 'not ready', /PullOnly/],
  ['there is no CNI', { installed: { ...well.installed, cni: false } }, 'not ready', /cni plugin not initialized/],
  ['there is no kube-proxy', { installed: { ...well.installed, kubeProxy: false } }, 'not ready', /kube-proxy/],
  ['the CNI has no permission', { role: { ...well.role, cni: false } }, 'not ready', /AmazonEKS_CNI_Policy/],
];

describe('what becomes of an instance', () => {
  for (const [title, facts, wanted, reason] of rows)
    it(`is ${wanted} when ${title}`, () => {
      const { registered, ready, reasons } = joinOutcome({ ...well, ...facts });
      assert.equal(ready ? 'ready' : registered ? 'not ready' : 'not registered', wanted, reasons.join('; '));
      assert.equal(reasons.length, reason ? 1 : 0, reasons.join('; '));
      if (reason) assert.match(reasons[0] ?? '', reason);
    });
});
