output "autoscaling_group" {
  description = "What rollout/gate watches."
  value       = aws_autoscaling_group.host.name
}

output "launch_template_version" {
  description = "What is rolled out: note it, it is the way back from the next one."
  value       = local.version
}
