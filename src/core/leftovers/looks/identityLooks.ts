import { clusterTag } from '../../spec/ownTags.ts';
import { bastionTag } from '../../tunnel/bastion/bastionNames.ts';
import { tagMap } from '../controllerTags.ts';
import { pages } from '../../aws/pages.ts';
import { aboutEach, item, options, type Look } from '../looking.ts';

/** CloudFormation names them after their stack. */
const named = (name: string) => name.startsWith('private-eks-');
const isOurs = (tags: Readonly<Record<string, string>>) =>
  tags[clusterTag] !== undefined || tags[bastionTag] !== undefined;

/** IAM's lists tell no tags: each that may be ours by its name is asked about. */
export const identityLooks: readonly Look[] = [
  {
    what: 'roles',
    kinds: ['role'],
    types: ['AWS::IAM::Role'],
    global: true,
    find: async looking => {
      const { GetRoleCommand, paginateListRoles } = await import('@aws-sdk/client-iam');
      const client = await looking.session.client('iam');
      const all = await pages(paginateListRoles({ client }, {}, options(looking)), ({ Roles }) => Roles);
      const names = all.flatMap(({ RoleName = '' }) => (named(RoleName) ? [RoleName] : []));
      return aboutEach(looking, 'roles', names, async RoleName => {
        const { Role } = await client.send(new GetRoleCommand({ RoleName }), options(looking));
        const tags = tagMap(Role?.Tags);
        return isOurs(tags) ? [item(looking, 'role', RoleName, tags)] : [];
      });
    },
  },
  {
    what: 'instance profiles',
    kinds: ['instance profile'],
    types: ['AWS::IAM::InstanceProfile'],
    global: true,
    // Templates cannot tag them: their name begins with their stack's, private-eks-CLUSTER-permissions.
    find: async looking => {
      const { paginateListInstanceProfiles } = await import('@aws-sdk/client-iam');
      const client = await looking.session.client('iam');
      const all = await pages(
        paginateListInstanceProfiles({ client }, {}, options(looking)),
        ({ InstanceProfiles }) => InstanceProfiles,
      );
      return all.flatMap(({ InstanceProfileName: name = '' }) => {
        const cluster = /^private-eks-(.+)-permissions-/.exec(name)?.[1];
        return cluster === undefined ? [] : [item(looking, 'instance profile', name, { [clusterTag]: cluster })];
      });
    },
  },
  {
    what: 'OIDC providers',
    kinds: ['OIDC provider'],
    types: ['AWS::IAM::OIDCProvider'],
    // IAM knows no region, the issuer's name does.
    find: async looking => {
      const { GetOpenIDConnectProviderCommand, ListOpenIDConnectProvidersCommand } =
        await import('@aws-sdk/client-iam');
      const client = await looking.session.client('iam');
      const { OpenIDConnectProviderList = [] } = await client.send(
        new ListOpenIDConnectProvidersCommand({}),
        options(looking),
      );
      const arns = OpenIDConnectProviderList.flatMap(({ Arn = '' }) =>
        Arn.includes(`/oidc.eks.${looking.region}.`) ? [Arn] : [],
      );
      return aboutEach(looking, 'OIDC providers', arns, async OpenIDConnectProviderArn => {
        const command = new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn });
        const tags = tagMap((await client.send(command, options(looking))).Tags);
        return isOurs(tags) ? [item(looking, 'OIDC provider', OpenIDConnectProviderArn, tags)] : [];
      });
    },
  },
];
