require 'serverspec'

# SPEC_BACKEND=exec runs it on the host itself
if ENV['SPEC_BACKEND'] == 'exec'
  set :backend, :exec
else
  require 'net/ssh'
  set :backend, :ssh
  host = ENV['TARGET_HOST']
  options = Net::SSH::Config.for(host)
  options[:user] ||= 'deploy'
  set :host, host
  set :ssh_options, options
end

PHP = '8.2'.freeze

shared_examples 'a running daemon' do |name|
  describe service(name) do
    it { should be_enabled }
    it { should be_running }
  end
end
