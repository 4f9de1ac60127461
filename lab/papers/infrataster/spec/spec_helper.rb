require 'infrataster/rspec'

Infrataster::Server.define(:web, ENV['WEB'] || '10.57.1.3', http: { host: 'chat.example.test' })
