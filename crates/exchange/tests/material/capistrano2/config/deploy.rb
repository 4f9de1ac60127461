# Built in the kind of Capistrano 2 recipes.
require "bundler/capistrano"

set :application, "signal"
set :repository, "git@git.example.test:signal.git"
set :scm, :git
set :user, "deploy"
set :use_sudo, false
set(:deploy_to) { "/var/www/#{application}" }
set :deploy_via, :remote_cache
default_run_options[:pty] = true
ssh_options[:forward_agent] = true

role :web, "web1.example.test", "web2.example.test"
role :app, "web1.example.test"
role :db, "db1.example.test", :primary => true

namespace :deploy do
  task :start, :roles => :app do
    run "touch #{current_path}/tmp/restart.txt"
  end

  desc "links what is shared"
  task :symlink_shared, :except => { :no_release => true } do
    %w(pids sockets).each do |share|
      run "if [ ! -d #{shared_path}/#{share} ]; then mkdir -p #{shared_path}/#{share}; fi"
    end
    run "ln -nfs #{shared_path}/config/database.yml #{release_path}/config/database.yml"
    run <<-CMD
      mkdir -m 777 -p /var/tmp/signal &&
      chown deploy: /var/tmp/signal
    CMD
  end

  task :setup_config, :roles => :app do
    sudo "ln -nfs #{current_path}/config/nginx.conf /etc/nginx/sites-enabled/#{application}"
    put "production:\n  host: db1\n", "#{shared_path}/config/database.yml"
  end
  after "deploy:setup", "deploy:setup_config"
end

after "deploy:update_code", "deploy:symlink_shared"
after("deploy:restart") { run "logger -t deploy restarted" }
