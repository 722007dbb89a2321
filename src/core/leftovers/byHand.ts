import type { LeftoverKind } from './leftover.ts';

/** Removed by a person alone: other things hang on them, or other regions may still use them. */
export const commandsByHand: Readonly<Partial<Record<LeftoverKind, (id: string) => string>>> = {
  stack: id => `aws cloudformation delete-stack --stack-name ${id}`,
  cluster: id =>
    `what aws eks list-nodegroups, list-fargate-profiles and list-addons --cluster-name ${id} name goes first, then aws eks delete-cluster --name ${id}`,
  VPC: id => `once nothing is in it any more, aws ec2 delete-vpc --vpc-id ${id}`,
  'Auto Scaling group': id =>
    `with its instances, aws autoscaling delete-auto-scaling-group --force-delete --auto-scaling-group-name ${id}`,
  bucket: id => `aws s3 rb --force s3://${id}`,
  role: id => `once its policies are detached, aws iam delete-role --role-name ${id}`,
  'instance profile': id => `once its role is taken out, aws iam delete-instance-profile --instance-profile-name ${id}`,
  'hosted zone': id => `once its records are gone, aws route53 delete-hosted-zone --id ${id}`,
};

/** How to remove it where `removeLeftover` does not: an exact command. */
export function byHand(kind: LeftoverKind, id: string, region: string): string | undefined {
  const command = commandsByHand[kind]?.(id);
  return command === undefined ? undefined : `by hand: ${command} --region ${region}`;
}
