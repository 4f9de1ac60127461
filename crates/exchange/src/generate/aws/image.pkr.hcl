# An image of the host, made only if the checks hold. Made by `repot generate image`; what you edit stays.
#   packer init image && packer build -var secrets=vault.yml -var payload=ssh:web-01 image
packer {
  required_version = ">= 1.10.0"
  required_plugins {
    amazon = {
      source  = "github.com/hashicorp/amazon"
      version = ">= 1.3.0, < 2.0.0"
    }
  }
}

variable "role" {
  description = "The role whose spec and code it is."
  type        = string
  default     = @ROLE@
}

variable "region" {
  description = "Where it is built."
  type        = string
}

variable "instance_type" {
  description = "What it is built on."
  type        = string
  default     = "t3.medium"
}

variable "base_name" {
  description = "The name of the base image, a pattern: the base that the code was made for."
  type        = string
  default     = "debian-12-amd64-*"
}

variable "base_owner" {
  description = "The account that publishes the base image; this is Debian's."
  type        = string
  default     = "136693071363"
}

variable "user" {
  description = "The user of the base image, who may use sudo."
  type        = string
  default     = "admin"
}

variable "secrets" {
  description = "The file of the secrets' values, as vault.example.yml names them."
  type        = string
}

variable "payload" {
  description = "A target that has what PAYLOAD.md names, or a directory of it."
  type        = string
  default     = ""
}

locals {
  stamp = formatdate("YYYYMMDD-hhmmss", timestamp())
}

source "amazon-ebs" "host" {
  ami_name      = "${var.role}-${local.stamp}"
  instance_type = var.instance_type
  region        = var.region
  ssh_username  = var.user
  encrypt_boot  = true
  imds_support  = "v2.0"

  metadata_options {
    http_tokens = "required"
  }

  source_ami_filter {
    filters = {
      name                = var.base_name
      root-device-type    = "ebs"
      virtualization-type = "hvm"
    }
    most_recent = true
    owners      = [var.base_owner]
  }

  tags = {
    Name = var.role
    Base = "{{ .SourceAMIName }}"
  }
}

build {
  sources = ["source.amazon-ebs.host"]

  # The playbook, the playbook again, verify, e2e, coverage: if one of them fails, there is no image.
  provisioner "shell-local" {
    environment_vars = [
      "ROLE=${var.role}",
      "HOST=${build.Host}",
      "PORT=${build.Port}",
      "LOGIN=${build.User}",
      "KEY=${build.SSHPrivateKey}",
      "SECRETS=${var.secrets}",
      "PAYLOAD=${var.payload}",
    ]
    script = "${path.root}/prove"
  }

  # What must not be the same on two hosts is made anew at the first start.
  provisioner "shell" {
    inline = [
      "sudo truncate -s 0 /etc/machine-id",
      "sudo rm -f /etc/ssh/ssh_host_* /var/lib/dbus/machine-id",
      "sudo cloud-init clean --logs",
    ]
  }

  post-processor "manifest" {
    output = "${path.root}/manifest.json"
  }
}
