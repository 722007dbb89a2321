import * as z from 'zod';
import { zoneIdPattern } from './regions.ts';
import { oneOf, section, text, whole } from './schemaParts.ts';

const zonesAllowed = 'a number from 2 to 4, or a list of 2 to 4 zone ids such as [euw1-az1, euw1-az2]';
const subnetId = text(/^subnet-[0-9a-f]{8}(?:[0-9a-f]{9})?$/, 'the id of a subnet, such as subnet-0a1b2c3d4e5f67890');
const groupId = text(/^sg-[0-9a-f]{8}(?:[0-9a-f]{9})?$/, 'the id of a security group, such as sg-0a1b2c3d4e5f67890');

const vpc = section(
  {
    id: text(/^vpc-[0-9a-f]{8}(?:[0-9a-f]{9})?$/, 'the id of a VPC, such as vpc-0a1b2c3d4e5f67890').meta({
      description: 'The VPC.',
      examples: ['vpc-0a1b2c3d4e5f67890'],
    }),
    subnets: z
      .array(subnetId, 'a list of subnet ids')
      .min(2, 'a list of 2 to 16 subnet ids')
      .max(16, 'a list of 2 to 16 subnet ids')
      .meta({
        description:
          'Private subnets in two zones at least, for EKS’s interfaces, the nodes and what endpoints are missing.',
      }),
  },
  'An existing VPC, taken as it is: what is missing is planned, what is there is adopted, nothing of it is deleted.',
);

const apiAccess = section(
  {
    cidrs: z
      .array(z.string('an IPv4 block such as 10.0.0.0/8'), 'a list of IPv4 blocks')
      .max(50, 'at most 50 blocks')
      .default([])
      .meta({
        description: 'IPv4 blocks outside the VPC that may reach the API endpoint.',
        examples: [['10.0.0.0/8']],
      }),
    securityGroups: z
      .array(groupId, 'a list of security group ids')
      .max(50, 'at most 50 security groups')
      .default([])
      .meta({ description: 'Security groups that may reach the API endpoint.' }),
  },
  'Who may reach the private API endpoint from outside the VPC, by VPN, Direct Connect, peering or transit gateway.',
);

export const network = section(
  {
    cidr: z
      .string('a private IPv4 block from /16 to /24, such as 10.40.0.0/16')
      .default('10.40.0.0/16')
      .meta({
        description:
          'The IPv4 block of the new VPC: private (RFC 1918 or 100.64.0.0/10), /16 to /24, clear of the networks it is to talk to and of the service range. Cannot be changed later.',
        examples: ['10.40.0.0/16', '172.16.0.0/20'],
      }),
    podCidr: z
      .string('a private IPv4 block from /16 to /24, such as 100.64.0.0/16')
      .optional()
      .meta({
        description:
          'A second block of the new VPC from which pods take their addresses, so that the first one may be small.',
        examples: ['100.64.0.0/16'],
      }),
    zones: z
      .union(
        [
          whole(2, 4),
          z.array(text(zoneIdPattern, 'a zone id such as euw1-az1')).min(2, zonesAllowed).max(4, zonesAllowed),
        ],
        zonesAllowed,
      )
      .default(3)
      .meta({
        description:
          'How many availability zones (2 to 4), or which ones, by zone id. Each zone adds the price of every interface endpoint. Cannot be changed later.',
        examples: [2, 3, ['euw1-az1', 'euw1-az2']],
      }),
    ipFamily: oneOf(['ipv4', 'ipv6']).default('ipv4').meta({
      description: 'Addresses of pods and services. Cannot be changed later.',
    }),
    serviceCidr: z
      .string('a private IPv4 block from /12 to /24, such as 172.20.0.0/16')
      .optional()
      .meta({
        description:
          'IPv4 block of Kubernetes services, clear of the VPC’s own. Left out: 172.20.0.0/16 or 10.100.0.0/16. Cannot be changed later.',
        examples: ['172.20.0.0/16'],
      }),
    vpc: vpc.optional(),
    apiAccess: apiAccess.prefault({}),
  },
  'The VPC of the cluster: a new one with no internet gateway, no NAT gateway and no route to the internet, or an existing one (vpc).',
);
