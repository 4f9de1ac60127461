require_relative '../spec_helper'

extensions = {
  'apcu' => true, 'bcmath' => true, 'curl' => true, 'gd' => true,
  'intl' => true, 'mbstring' => true, 'soap' => true, 'zip' => true,
}

extensions.select { |_, on| on }.each_key do |ext|
  describe package("php#{PHP}-#{ext}") do
    it { should be_installed }
  end
end

describe file("/etc/php/#{PHP}/fpm/pool.d/chat.conf") do
  it { should exist }
  its(:content) { should match(/^pm\.max_children = 12$/) }
  its(:content) { should match(/^listen = \/run\/php\/chat\.sock$/) }
end

describe file('/run/php/chat.sock') do
  it { should be_socket }
end

describe 'php.ini' do
  context php_config('memory_limit', ini: '/etc/php/8.2/fpm/php.ini') do
    its(:value) { should eq '256M' }
  end
  context php_config('upload_max_filesize', ini: '/etc/php/8.2/fpm/php.ini') do
    its(:value) { should eq '8M' }
  end
end

describe service('chat-worker') do
  it { should be_enabled }
  it { should be_running }
end

describe file('/var/www/chat/shared') do
  it { should be_directory }
  it { should be_owned_by 'deploy' }
end

if os[:family] == 'redhat'
  describe service('httpd') do
    it { should_not be_running }
  end
end

describe process('redis-server') do
  it { should be_running }
  its(:user) { should eq 'redis' }
end

describe interface('eth0') do
  it { should exist }
end

describe host('db.example.test') do
  its(:ipaddress) { should eq '10.57.0.9' }
end
