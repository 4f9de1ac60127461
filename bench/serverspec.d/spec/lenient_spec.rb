# What ServerSpec passes and is not so. Run by bench/serverspec beside the specs of the lab's papers.
require 'serverspec'
set :backend, :exec

# A unit that is static cannot be enabled; `systemctl is-enabled` ends with 0.
describe service('systemd-journald') do
  it { should be_enabled }
end

# `test -f` and `test -d` follow links.
describe file('/etc/localtime') do
  it { should be_file }
end

describe file('/var/www/chat/current') do
  it { should be_directory }
end

# Any group whose name has it in it.
describe user('anna') do
  it { should belong_to_group 'webte' }
end

# Without a protocol, any.
describe port(161) do
  it { should be_listening }
end
