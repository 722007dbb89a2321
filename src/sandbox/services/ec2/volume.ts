import type * as Sdk from '@aws-sdk/client-ec2';
import type { CallContext } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/awsError.ts';
import { nodeRows } from '../../join/nodeRows.ts';
import { describer, find } from './describe.ts';
import { missingParameter } from './ec2Error.ts';
import { rows } from './rows.ts';
import { specifiedTags } from './tags.ts';

/** Volumes as the EBS CSI driver makes them, and their snapshots. Instances' own disks are not simulated. */
export const volumeOperations = {
  CreateVolume(input: Sdk.CreateVolumeRequest, context: CallContext): Sdk.Volume {
    const { account } = context;
    if (input.AvailabilityZone === undefined) throw missingParameter('zone');
    if (input.Size === undefined) throw missingParameter('size/snapshot');
    const VolumeId = account.resourceId('vol');
    return rows(context, 'volumes').set(VolumeId, {
      VolumeId,
      Size: input.Size,
      VolumeType: input.VolumeType ?? 'gp2',
      AvailabilityZone: input.AvailabilityZone,
      CreateTime: new Date(account.now()),
      State: 'available',
      Encrypted: input.Encrypted ?? false,
      Attachments: [],
      Tags: specifiedTags(context, 'volumes', input),
    });
  },

  DescribeVolumes: describer('volumes', 'Volumes', 'VolumeIds', 'volume-id availability-zone status=State size'),

  DeleteVolume({ VolumeId }: Sdk.DeleteVolumeRequest, context: CallContext): object {
    const volume = find(context, 'volumes', VolumeId);
    if (volume.State === 'in-use')
      throw new AwsError(
        'VolumeInUse',
        `Volume ${VolumeId} is currently attached to ${volume.Attachments?.[0]?.InstanceId}`,
      );
    rows(context, 'volumes').delete(volume.VolumeId);
    return {};
  },

  CreateSnapshot(input: Sdk.CreateSnapshotRequest, context: CallContext): Sdk.Snapshot {
    const { account } = context;
    const volume = find(context, 'volumes', input.VolumeId);
    const SnapshotId = account.resourceId('snap');
    return rows(context, 'snapshots').set(SnapshotId, {
      SnapshotId,
      VolumeId: volume.VolumeId,
      VolumeSize: volume.Size,
      OwnerId: account.accountId,
      StartTime: new Date(account.now()),
      State: 'completed',
      Progress: '100%',
      Tags: specifiedTags(context, 'snapshots', input),
    });
  },

  /** Of this account: AWS's own, and others' public ones, are not simulated. */
  DescribeSnapshots: describer('snapshots', 'Snapshots', 'SnapshotIds', 'snapshot-id volume-id status=State owner-id'),

  DeleteSnapshot({ SnapshotId }: Sdk.DeleteSnapshotRequest, context: CallContext): object {
    rows(context, 'snapshots').delete(find(context, 'snapshots', SnapshotId).SnapshotId);
    return {};
  },
};

/** What a node that is kept from joining prints, by the reason why: in the words of nodeadm, the kubelet and containerd. */
const lines: readonly (readonly [RegExp, string])[] = [
  [
    /ec2:DescribeInstances/,
    'nodeadm: failed to get private DNS name: operation error EC2: DescribeInstances, https response error, Post "https://ec2.REGION.amazonaws.com/": dial tcp: i/o timeout',
  ],
  [
    /lacks AmazonEKSWorkerNodePolicy/,
    'nodeadm: operation error EC2: DescribeInstances, api error UnauthorizedOperation: You are not authorized to perform this operation.',
  ],
  [
    /endpoint cannot be reached/,
    'kubelet: E0601 Unable to register node with API server: Post "https://CLUSTER.gr7.REGION.eks.amazonaws.com/api/v1/nodes": dial tcp: i/o timeout',
  ],
  [/no access entry/, 'kubelet: E0601 Unable to register node with API server: Unauthorized'],
  [
    /cannot be pulled/,
    'containerd: level=error msg="PullImage failed" error="failed to pull and unpack image \\"ACCOUNT.dkr.ecr.REGION.amazonaws.com/amazon-k8s-cni\\": dial tcp: i/o timeout"',
  ],
  [
    /PullOnly/,
    'containerd: level=error msg="failed to resolve reference: unexpected status from HEAD request to https://ACCOUNT.dkr.ecr.REGION.amazonaws.com/v2/: 403 Forbidden"',
  ],
  [
    /cni plugin not initialized/,
    'kubelet: E0601 "Container runtime network not ready" networkReady="NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized"',
  ],
];

export const consoleOperations = {
  GetConsoleOutput({ InstanceId }: Sdk.GetConsoleOutputRequest, context: CallContext): Sdk.GetConsoleOutputResult {
    const { InstanceId: id, State } = find(context, 'instances', InstanceId);
    const reasons = nodeRows(context).get(id)?.reasons ?? [];
    const told = reasons.map(reason => lines.find(([about]) => about.test(reason))?.[1] ?? `nodeadm: ${reason}`);
    const text = [
      'cloud-init: Cloud-init v. 22.2.2 running',
      ...told.map(line => line.replaceAll('REGION', context.region)),
    ];
    const Output = State.Name === 'pending' ? '' : Buffer.from(text.join('\n')).toString('base64');
    return { InstanceId: id, Output, Timestamp: new Date(context.account.now()) };
  },
};
