variable "role" {
  description = "The role, after which everything is named."
  type        = string
  default     = @ROLE@
}

variable "region" {
  description = "Where it runs."
  type        = string
}

variable "image_id" {
  description = "The image that `packer build image` made."
  type        = string
}

variable "instance_type" {
  description = "What it runs on."
  type        = string
  default     = "t3.medium"
}

variable "subnet_ids" {
  description = "The subnets of its instances."
  type        = list(string)
}

variable "security_group_ids" {
  description = "The security groups of its instances."
  type        = list(string)
}

variable "target_group_arns" {
  description = "The load balancer's target groups that its instances join."
  type        = list(string)
  default     = []
}

variable "key_name" {
  description = "The key pair that the gate logs in with."
  type        = string
  default     = null
}

variable "size" {
  description = "How many instances there are."
  type        = number
  default     = 2
}

variable "launch_template_version" {
  description = "The way back: an older version of the launch template to roll out instead of the latest."
  type        = number
  default     = null
}

variable "gate_seconds" {
  description = "How long a new instance waits for the gate before it is given up."
  type        = number
  default     = 1800
}
