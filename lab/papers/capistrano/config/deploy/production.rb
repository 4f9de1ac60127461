# four at the moment, web-01 goes away in summer
%w[web-01 web-02 web-03 web-04].each do |name|
  server "#{name}.chat.example.test", user: 'deploy', roles: %w{web app}
end
server 'web-03.chat.example.test', user: 'deploy', roles: %w{web app db worker}, primary: true

set :branch, 'master'
set :ssh_options, { forward_agent: true, auth_methods: %w(publickey) }
