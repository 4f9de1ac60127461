# config valid only for Capistrano 3.4
lock '3.4.0'

set :application, 'chat'
set :repo_url, 'https://git.example.test/team/chat.git'
set :deploy_to, -> { "/var/www/#{fetch(:application)}" }
set :scm, :git
set :format, :pretty
set :log_level, :debug
set :pty, true
set :keep_releases, 5

set :linked_files, fetch(:linked_files, []).push('.env', 'config/database.php')
# uploads used to be linked as public/uploads, since 2016-03 the release has a link of its own
set :linked_dirs, %w{uploads log config db}

set :default_env, { 'APP_ENV' => 'production' }
set :whenever_identifier, -> { fetch(:application) }
set :file_permissions_paths, ['shared/uploads']

namespace :deploy do
  after :restart, :clear_cache do
    on roles(:web), in: :groups, limit: 3, wait: 10 do
      execute :rm, '-rf', '/var/cache/chat/*'
    end
  end

  after :publishing, :restart do
    on roles(:app) do
      execute :sudo, :systemctl, :reload, 'php8.2-fpm'
    end
  end

  before :starting, :check_branch do
    run_locally do
      unless `git rev-parse HEAD` == `git rev-parse origin/master`
        error 'master is not pushed'
        exit 1
      end
    end
  end
end
