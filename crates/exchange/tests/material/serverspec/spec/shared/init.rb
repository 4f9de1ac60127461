shared_examples 'a web server' do |user, port|
  describe port(port) do
    it { is_expected.to be_listening }
  end
  describe user(user) do
    it { is_expected.to exist }
  end
end
