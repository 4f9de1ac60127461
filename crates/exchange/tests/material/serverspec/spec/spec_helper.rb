require 'serverspec'
set :backend, :exec
RSpec.configure { |c| c.formatter = 'documentation' }
