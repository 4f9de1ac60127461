require_relative '../spec_helper'

%w{nginx postfix rsyslog cron redis-server git}.each do |name|
  describe package(name) do
    it { should be_installed }
  end
end

# we got rid of them
['apache2', 'sendmail-bin', 'ntp'].each do |name|
  describe package(name) do
    it { should_not be_installed }
  end
end

describe package('munin-node') do
  it { should be_installed }
end
describe 'daemons' do
  include_examples 'a running daemon', 'nginx'
  include_examples 'a running daemon', 'cron'
  it_behaves_like 'a running daemon', "php#{PHP}-fpm"
end
describe user('anna') do
  it { should exist }
  it { should have_uid 1501 }
  it { should belong_to_group 'webteam' }
  it { should have_login_shell '/bin/bash' }
end

describe user('mkowalski') do
  it { is_expected.to exist }
  it { is_expected.to have_login_shell '/bin/bash' }
end

describe group('webteam') do
  it { should exist }
  it { should have_gid 1500 }
end

describe 'Linux kernel parameters' do
  {
    'net.core.somaxconn' => 4096,
    'net.ipv4.tcp_fin_timeout' => 15,
  }.each do |name, value|
    context linux_kernel_parameter(name) do
      its(:value) { should eq value }
    end
  end
end

describe cron do
  it { should have_entry '15 4 * * * find /var/www/chat/shared/log -name \'*.log.*\' -mtime +60 -delete' }
end

describe command('locale -a') do
  its(:stdout) { should match /de_DE\.utf8/ }
  its(:exit_status) { should eq 0 }
end
