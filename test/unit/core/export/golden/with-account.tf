# ---- versions.tf
# The private EKS cluster payments in eu-west-1, as Private EKS plans it.
# Not run with Terraform itself: look at `terraform plan` before you apply it.
# What this does not say, and CloudFormation does:
#   - Stacks have no counterpart: only the cluster itself is guarded against deletion, the rest is not.
terraform {
  required_version = ">= 1.5.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.52.0"
    }
  }
}

provider "aws" {
  region = var.region
}

# ---- variables.tf
variable "region" {
  description = "AWS region."
  type        = string
  default     = "eu-west-1"
}

variable "zone_ids" {
  description = "Availability zones by id, in order."
  type        = list(string)
  default     = ["euw1-az1", "euw1-az2"]
}

# ---- data.tf
data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  vpc_cidrs       = [aws_vpc.vpc.cidr_block]
  subnet_ids      = [aws_subnet.private_subnet_1.id, aws_subnet.private_subnet_2.id]
  route_table_ids = [aws_route_table.route_table_1.id, aws_route_table.route_table_2.id]
}

# ---- permissions.tf
resource "aws_iam_role" "cluster_role" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "eks.amazonaws.com"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
  name_prefix = "payments-cluster-role-"
}

resource "aws_iam_role_policy_attachment" "cluster_role_eks_cluster_policy" {
  role       = aws_iam_role.cluster_role.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/AmazonEKSClusterPolicy"
}

resource "aws_iam_role" "node_role" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "ec2.${data.aws_partition.current.dns_suffix}"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
  name_prefix = "payments-node-role-"
}

resource "aws_iam_role_policy_attachment" "node_role_eks_worker_node_policy" {
  role       = aws_iam_role.node_role.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/AmazonEKSWorkerNodePolicy"
}

resource "aws_iam_role_policy_attachment" "node_role_ec2_container_registry_pull_only" {
  role       = aws_iam_role.node_role.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly"
}

resource "aws_iam_role_policy_attachment" "node_role_eks_cni_policy" {
  role       = aws_iam_role.node_role.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/AmazonEKS_CNI_Policy"
}

resource "aws_iam_role_policy_attachment" "node_role_ssm_managed_instance_core" {
  role       = aws_iam_role.node_role.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

# ---- network.tf
resource "aws_vpc" "vpc" {
  cidr_block           = "10.40.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags = {
    Name = "payments"
  }
}

resource "aws_subnet" "private_subnet_1" {
  vpc_id                  = aws_vpc.vpc.id
  cidr_block              = "10.40.0.0/18"
  availability_zone_id    = var.zone_ids[0]
  map_public_ip_on_launch = false
  tags = {
    Name                              = "payments-private-1"
    "kubernetes.io/role/internal-elb" = "1"
  }
}

resource "aws_route_table" "route_table_1" {
  vpc_id = aws_vpc.vpc.id
  tags = {
    Name = "payments-private-1"
  }
}

resource "aws_route_table_association" "route_table_association_1" {
  subnet_id      = aws_subnet.private_subnet_1.id
  route_table_id = aws_route_table.route_table_1.id
}

resource "aws_subnet" "private_subnet_2" {
  vpc_id                  = aws_vpc.vpc.id
  cidr_block              = "10.40.64.0/18"
  availability_zone_id    = var.zone_ids[1]
  map_public_ip_on_launch = false
  tags = {
    Name                              = "payments-private-2"
    "kubernetes.io/role/internal-elb" = "1"
  }
}

resource "aws_route_table" "route_table_2" {
  vpc_id = aws_vpc.vpc.id
  tags = {
    Name = "payments-private-2"
  }
}

resource "aws_route_table_association" "route_table_association_2" {
  subnet_id      = aws_subnet.private_subnet_2.id
  route_table_id = aws_route_table.route_table_2.id
}

# ---- endpoints.tf
resource "aws_security_group" "endpoint_security_group" {
  description = "HTTPS from the VPC to the endpoints of payments"
  vpc_id      = aws_vpc.vpc.id
  name_prefix = "payments-endpoint-security-group-"
  tags = {
    Name = "payments-endpoints"
  }
}

resource "aws_vpc_security_group_ingress_rule" "endpoint_security_group" {
  security_group_id = aws_security_group.endpoint_security_group.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = local.vpc_cidrs[0]
  description       = "HTTPS from the VPC"
}

resource "aws_vpc_security_group_egress_rule" "endpoint_security_group" {
  security_group_id = aws_security_group.endpoint_security_group.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
  description       = "Everything"
}

resource "aws_vpc_endpoint" "ec2_endpoint" {
  vpc_id              = aws_vpc.vpc.id
  service_name        = "com.amazonaws.${data.aws_region.current.region}.ec2"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = local.subnet_ids
  security_group_ids  = [aws_security_group.endpoint_security_group.id]
  private_dns_enabled = true
  tags = {
    Name = "payments-ec2"
  }
}

resource "aws_vpc_endpoint" "ecr_api_endpoint" {
  vpc_id              = aws_vpc.vpc.id
  service_name        = "com.amazonaws.${data.aws_region.current.region}.ecr.api"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = local.subnet_ids
  security_group_ids  = [aws_security_group.endpoint_security_group.id]
  private_dns_enabled = true
  tags = {
    Name = "payments-ecr.api"
  }
}

resource "aws_vpc_endpoint" "ecr_dkr_endpoint" {
  vpc_id              = aws_vpc.vpc.id
  service_name        = "com.amazonaws.${data.aws_region.current.region}.ecr.dkr"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = local.subnet_ids
  security_group_ids  = [aws_security_group.endpoint_security_group.id]
  private_dns_enabled = true
  tags = {
    Name = "payments-ecr.dkr"
  }
}

resource "aws_vpc_endpoint" "s3_endpoint" {
  vpc_id            = aws_vpc.vpc.id
  service_name      = "com.amazonaws.${data.aws_region.current.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = local.route_table_ids
  tags = {
    Name = "payments-s3"
  }
}

resource "aws_vpc_endpoint" "eks_auth_endpoint" {
  vpc_id              = aws_vpc.vpc.id
  service_name        = "com.amazonaws.${data.aws_region.current.region}.eks-auth"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = local.subnet_ids
  security_group_ids  = [aws_security_group.endpoint_security_group.id]
  private_dns_enabled = true
  tags = {
    Name = "payments-eks-auth"
  }
}

resource "aws_vpc_endpoint" "ssm_endpoint" {
  vpc_id              = aws_vpc.vpc.id
  service_name        = "com.amazonaws.${data.aws_region.current.region}.ssm"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = local.subnet_ids
  security_group_ids  = [aws_security_group.endpoint_security_group.id]
  private_dns_enabled = true
  tags = {
    Name = "payments-ssm"
  }
}

resource "aws_vpc_endpoint" "ssmmessages_endpoint" {
  vpc_id              = aws_vpc.vpc.id
  service_name        = "com.amazonaws.${data.aws_region.current.region}.ssmmessages"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = local.subnet_ids
  security_group_ids  = [aws_security_group.endpoint_security_group.id]
  private_dns_enabled = true
  tags = {
    Name = "payments-ssmmessages"
  }
}

# ---- logs.tf
resource "aws_cloudwatch_log_group" "log_group" {
  name              = "/aws/eks/payments/cluster"
  retention_in_days = 90
}

# ---- cluster.tf
resource "aws_eks_cluster" "cluster" {
  name                          = "payments"
  version                       = "1.36"
  role_arn                      = aws_iam_role.cluster_role.arn
  bootstrap_self_managed_addons = false
  deletion_protection           = true
  enabled_cluster_log_types     = ["api", "audit", "authenticator", "controllerManager", "scheduler"]

  vpc_config {
    subnet_ids              = local.subnet_ids
    endpoint_public_access  = false
    endpoint_private_access = true
  }

  kubernetes_network_config {
    ip_family         = "ipv4"
    service_ipv4_cidr = "172.20.0.0/16"

    elastic_load_balancing {
      enabled = false
    }
  }

  access_config {
    authentication_mode                         = "API"
    bootstrap_cluster_creator_admin_permissions = false
  }

  compute_config {
    enabled = false
  }

  storage_config {
    block_storage {
      enabled = false
    }
  }

  upgrade_policy {
    support_type = "EXTENDED"
  }

  depends_on = [
    aws_iam_role_policy_attachment.cluster_role_eks_cluster_policy,
    aws_iam_role_policy_attachment.node_role_eks_worker_node_policy,
    aws_iam_role_policy_attachment.node_role_ec2_container_registry_pull_only,
    aws_iam_role_policy_attachment.node_role_eks_cni_policy,
    aws_iam_role_policy_attachment.node_role_ssm_managed_instance_core,
    aws_route_table_association.route_table_association_1,
    aws_route_table_association.route_table_association_2,
    aws_cloudwatch_log_group.log_group,
  ]
}

# ---- identity.tf
resource "aws_eks_access_entry" "administrator" {
  cluster_name  = aws_eks_cluster.cluster.name
  principal_arn = "arn:aws:iam::111122223333:role/team/platform"
  type          = "STANDARD"
}

resource "aws_eks_access_policy_association" "administrator" {
  cluster_name  = aws_eks_access_entry.administrator.cluster_name
  principal_arn = aws_eks_access_entry.administrator.principal_arn
  policy_arn    = "arn:${data.aws_partition.current.partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"

  access_scope {
    type = "cluster"
  }
}

# ---- node-addons.tf
resource "aws_eks_addon" "vpc_cni" {
  addon_name                  = "vpc-cni"
  cluster_name                = aws_eks_cluster.cluster.name
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"
}

resource "aws_eks_addon" "kube_proxy" {
  addon_name                  = "kube-proxy"
  cluster_name                = aws_eks_cluster.cluster.name
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"
}

resource "aws_eks_addon" "pod_identity_agent" {
  addon_name                  = "eks-pod-identity-agent"
  cluster_name                = aws_eks_cluster.cluster.name
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"
}

# ---- nodes-default.tf
resource "aws_launch_template" "default" {
  tags = {
    Name = "payments-default"
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_type           = "gp3"
      volume_size           = 40
      encrypted             = true
      delete_on_termination = true
    }
  }

  tag_specifications {
    resource_type = "instance"
    tags = {
      Name = "payments-default"
    }
  }

  tag_specifications {
    resource_type = "volume"
    tags = {
      Name = "payments-default"
    }
  }
}

resource "aws_eks_node_group" "default" {
  cluster_name    = aws_eks_cluster.cluster.name
  node_group_name = "default"
  node_role_arn   = aws_iam_role.node_role.arn
  subnet_ids      = local.subnet_ids
  ami_type        = "AL2023_x86_64_STANDARD"
  capacity_type   = "ON_DEMAND"
  instance_types  = ["t3.medium"]
  tags = {
    Name = "payments-default"
  }

  scaling_config {
    min_size     = 2
    desired_size = 2
    max_size     = 4
  }

  update_config {
    max_unavailable = 1
  }

  launch_template {
    id      = aws_launch_template.default.id
    version = aws_launch_template.default.latest_version
  }

  depends_on = [
    aws_eks_addon.vpc_cni,
    aws_eks_addon.kube_proxy,
    aws_eks_addon.pod_identity_agent,
    aws_eks_access_policy_association.administrator,
    aws_route_table_association.route_table_association_1,
    aws_route_table_association.route_table_association_2,
    aws_vpc_security_group_ingress_rule.endpoint_security_group,
    aws_vpc_security_group_egress_rule.endpoint_security_group,
    aws_vpc_endpoint.ec2_endpoint,
    aws_vpc_endpoint.ecr_api_endpoint,
    aws_vpc_endpoint.ecr_dkr_endpoint,
    aws_vpc_endpoint.s3_endpoint,
    aws_vpc_endpoint.eks_auth_endpoint,
    aws_vpc_endpoint.ssm_endpoint,
    aws_vpc_endpoint.ssmmessages_endpoint,
  ]
}

# ---- workload-addons.tf
resource "aws_eks_addon" "core_dns" {
  addon_name                  = "coredns"
  cluster_name                = aws_eks_cluster.cluster.name
  resolve_conflicts_on_create = "OVERWRITE"
  resolve_conflicts_on_update = "OVERWRITE"
  depends_on                  = [aws_eks_node_group.default]
}

# ---- outputs.tf
output "cluster_name" {
  description = "Name of the cluster."
  value       = aws_eks_cluster.cluster.name
}

output "cluster_arn" {
  description = "ARN of the cluster."
  value       = aws_eks_cluster.cluster.arn
}

output "endpoint" {
  description = "Address of the Kubernetes API, inside the VPC."
  value       = aws_eks_cluster.cluster.endpoint
}

output "certificate_authority_data" {
  description = "Certificate authority of the Kubernetes API, base64."
  value       = aws_eks_cluster.cluster.certificate_authority[0].data
}

output "cluster_security_group_id" {
  description = "Security group that EKS made for control plane and nodes."
  value       = aws_eks_cluster.cluster.vpc_config[0].cluster_security_group_id
}

output "oidc_issuer" {
  description = "Issuer of the service account tokens of the cluster."
  value       = aws_eks_cluster.cluster.identity[0].oidc[0].issuer
}

output "service_cidr" {
  description = "Block of Kubernetes services."
  value       = "172.20.0.0/16"
}
