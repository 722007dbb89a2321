import { balancerLooks } from './looks/balancerLooks.ts';
import { bastionLooks } from './looks/bastionLooks.ts';
import { clusterLooks } from './looks/clusterLooks.ts';
import { computeLooks } from './looks/computeLooks.ts';
import { identityLooks } from './looks/identityLooks.ts';
import { networkLooks } from './looks/networkLooks.ts';
import { storageLooks } from './looks/storageLooks.ts';
import type { Look } from './looking.ts';

/** Dearest first. */
export const allLooks: readonly Look[] = [
  ...clusterLooks,
  ...computeLooks,
  ...balancerLooks,
  ...networkLooks,
  ...storageLooks,
  ...bastionLooks,
  ...identityLooks,
];

const ofVpc = 'it is a part of its VPC, which is found';
const ofCluster = 'it is a part of its cluster, which is found';
const withBastion =
  'only a bastion stack with a schedule has it, and it goes with that; it costs nothing by itself, and Private EKS does not call its service';

/** Resource types of the templates that no look finds, each with the reason why nothing is lost by it. */
export const unfindable: Readonly<Record<string, string>> = {
  'AWS::EC2::RouteTable': ofVpc,
  'AWS::EC2::Subnet': ofVpc,
  'AWS::EC2::SubnetRouteTableAssociation': ofVpc,
  'AWS::EC2::VPCCidrBlock': ofVpc,
  'AWS::EKS::AccessEntry': ofCluster,
  'AWS::EKS::Addon': ofCluster,
  'AWS::EKS::FargateProfile': ofCluster,
  'AWS::EKS::PodIdentityAssociation': ofCluster,
  'AWS::Scheduler::Schedule': withBastion,
  'AWS::StepFunctions::StateMachine': withBastion,
  'AWS::ECR::PullThroughCacheRule':
    'its template is handed out, and made into a stack by whoever wants it, under a name of their own; it costs nothing by itself (aws ecr describe-pull-through-cache-rules lists it)',
};
