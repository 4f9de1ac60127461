# Built in the kind of ServerSpec trees of Chef and Ansible roles.
require 'spec_helper'

describe 'application host' do
  it_behaves_like 'a web server', 'www-data', 80

  describe file('/etc/app/app.conf') do
    it { is_expected.to be_a_file }
    it { is_expected.to be_mode 640 }
    its(:content) { is_expected.to match(/^listen 8080$/) }
    its(:content) { is_expected.not_to include 'debug' }
    its(:sha256sum) { should eq 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' }
  end

  describe package('bundler') do
    it { should be_installed.by('gem').with_version('1.17.3') }
  end

  context 'when on Debian', if: os[:family] == 'debian' do
    describe service('cron') do
      it { should be_enabled.with_level(3) }
      it { should be_running.under('systemd') }
    end
  end

  describe command('ruby -v') do
    its(:stdout) { should match(/ruby 2\.\d/) }
    its(:exit_status) { should be_zero }
  end

  case os[:family]
  when 'redhat' then describe(service('httpd')) { it { should be_running } }
  else describe(service('apache2')) { it { should be_running } }
  end

  describe iptables do
    it { should have_rule('-P INPUT ACCEPT') }
  end

  it 'expects by hand' do
    expect(file('/tmp')).to be_directory
    expect(command('id -u').stdout).to match(/^0/)
  end

  describe cron do
    it { should have_entry('0 3 * * * /usr/local/bin/backup').with_user('backup') }
  end

  describe x509_certificate('/etc/ssl/app.pem') do
    it { should be_certificate }
  end
end
