role :app, %w{deploy@staging-01.chat.example.test}
role :web, %w{deploy@staging-01.chat.example.test}

set :deploy_to, '/srv/chat-staging'
set :branch, ENV['BRANCH'] || 'develop'
set :linked_dirs, fetch(:linked_dirs, []).push('tmp/mails')
