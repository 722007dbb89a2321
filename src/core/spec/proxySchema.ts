import * as z from 'zod';
import { section, text, whole } from './schemaParts.ts';

const serviceAllowed =
  'the name of an endpoint service, such as com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f67890';

export const proxy = section(
  {
    url: text(/^https?:\/\/\S+$/, 'the URL of a proxy with its port, such as http://proxy.example.internal:3128')
      .optional()
      .meta({
        description: 'A proxy that the VPC reaches already, by peering, a transit gateway or in the VPC itself.',
        examples: ['http://proxy.example.internal:3128'],
      }),
    endpointService: text(/^com\.amazonaws\.vpce\.[a-z0-9-]+\.vpce-svc-[0-9a-f]{8}(?:[0-9a-f]{9})?$/, serviceAllowed)
      .optional()
      .meta({
        description:
          'A proxy behind a network load balancer in another VPC, by the PrivateLink service that its owner shares: an interface endpoint to it is made.',
        examples: ['com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f67890'],
      }),
    port: whole(1, 65_535)
      .default(3128)
      .meta({
        description: 'Port on which the service’s load balancer listens; with url the URL says it.',
        examples: [3128],
      }),
    noProxy: z
      .array(
        text(/^[A-Za-z0-9*.:/_-]{1,253}$/, 'a host, a domain such as .corp.example, or a block such as 10.0.0.0/8'),
        'a list of hosts, domains and blocks',
      )
      .max(50, 'at most 50 hosts, domains and blocks')
      .default([])
      .meta({
        description:
          'More that is reached without the proxy. The VPC, Kubernetes’ services, the metadata service, the API endpoint and AWS services with an endpoint are so by themselves.',
        examples: [['.corp.example']],
      }),
  },
  'A forward HTTP proxy for the nodes: images and packages from beyond the VPC go through it.',
);
