# A version of the launch template is never changed: each image is a new one, and the old ones stay for the way back.
resource "aws_launch_template" "host" {
  name                   = var.role
  image_id               = var.image_id
  instance_type          = var.instance_type
  key_name               = var.key_name
  vpc_security_group_ids = var.security_group_ids
  update_default_version = false

  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "required"
  }

  tag_specifications {
    resource_type = "instance"
    tags = {
      Name = var.role
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}

locals {
  # Automatic rollback needs a number: with $Latest there would be nothing to go back to.
  version = coalesce(var.launch_template_version, aws_launch_template.host.latest_version)
}

resource "aws_autoscaling_group" "host" {
  name                      = var.role
  min_size                  = var.size
  max_size                  = var.size * 2
  desired_capacity          = var.size
  vpc_zone_identifier       = var.subnet_ids
  target_group_arns         = var.target_group_arns
  health_check_type         = length(var.target_group_arns) > 0 ? "ELB" : "EC2"
  health_check_grace_period = 300

  launch_template {
    id      = aws_launch_template.host.id
    version = local.version
  }

  # New instances come before old ones go; the first one that the gate does not let in ends the rollout, and what was
  # replaced by then is put back.
  instance_refresh {
    strategy = "Rolling"
    preferences {
      auto_rollback                = true
      min_healthy_percentage       = 100
      max_healthy_percentage       = 200
      scale_in_protected_instances = "Wait"
      skip_matching                = true
      standby_instances            = "Wait"
    }
  }

  # In the group itself, so that the first instances wait as well.
  initial_lifecycle_hook {
    name                 = "repot-gate"
    lifecycle_transition = "autoscaling:EC2_INSTANCE_LAUNCHING"
    default_result       = "ABANDON"
    heartbeat_timeout    = var.gate_seconds
  }

  # rollout/gate lets them in; nobody waits for them here.
  wait_for_capacity_timeout = "0"

  tag {
    key                 = "Name"
    value               = var.role
    propagate_at_launch = true
  }
}
