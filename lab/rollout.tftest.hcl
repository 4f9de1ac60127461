# What the generated rollout plans, with a provider that answers without an account.
mock_provider "aws" {
  mock_resource "aws_launch_template" {
    defaults = {
      id             = "lt-00000000000000000"
      latest_version = 7
    }
  }
}

variables {
  region             = "eu-central-1"
  image_id           = "ami-00000000000000000"
  subnet_ids         = ["subnet-00000000"]
  security_group_ids = ["sg-00000000"]
}

run "rolls_out_the_latest" {
  assert {
    condition     = aws_autoscaling_group.host.launch_template[0].version == "7"
    error_message = "The newest launch template is not rolled out."
  }
  assert {
    condition     = aws_autoscaling_group.host.instance_refresh[0].preferences[0].auto_rollback
    error_message = "A failed refresh is not taken back."
  }
}

run "goes_back" {
  variables {
    launch_template_version = 5
  }
  assert {
    condition     = output.launch_template_version == 5
    error_message = "The older launch template is not rolled out."
  }
}
