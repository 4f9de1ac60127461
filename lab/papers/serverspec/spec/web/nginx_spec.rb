require_relative '../spec_helper'

sites = %w(chat static old-chat admin status)

sites.each do |site|
  describe file("/etc/nginx/sites-enabled/#{site}") do
    it { should be_symlink }
    it { should be_linked_to "../sites-available/#{site}" }
  end
end

describe file('/etc/nginx/sites-enabled/default') do
  it { should_not exist }
end

[80, 443, 8081].each do |number|
  describe port(number) do
    it { should be_listening }
  end
end

describe port(8080) do
  it { should be_listening.on('127.0.0.1').with('tcp') }
end

describe port(3306) do
  it { should_not be_listening }
end

describe file('/etc/nginx/nginx.conf') do
  it { should be_file }
  it { should be_owned_by 'root' }
  its(:content) { should match(/worker_connections 4096;/) }
  its(:content) { should match /^worker_processes auto;/ }
  its(:content) { should_not match /server_tokens on/ }
end

describe file('/etc/nginx/tls/chat.key') do
  it { should be_mode 600 }
  it { should_not be_readable.by('others') }
end

describe file('/etc/nginx/htpasswd-admin') do
  it { should be_grouped_into 'www-data' }
  it { should be_mode 644 }
end

describe command('nginx -t') do
  its(:stderr) { should contain('syntax is ok') }
end
